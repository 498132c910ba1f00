/**
 * @typedef {object} Block A fenced TypeScript block of a Markdown file.
 * @property {number} line Line of its first line of code, from 1.
 * @property {string} code
 * @property {string | undefined} file Name given by `<!-- file: name -->` on the line before the fence.
 * @property {string | undefined} unchecked What stands after `no-check`; undefined when it is compiled.
 */

const FENCE = /^(\s*)(`{3,})\s*(ts|typescript)\b\s*(.*)$/;
const FILE = /^\s*<!--\s*file:\s*([\w.-]+)\s*-->\s*$/;

/**
 * The TypeScript blocks of a Markdown text.
 *
 * @returns {Block[]}
 */
export const codeBlocks = (markdown) => {
  const blocks = [];
  const lines = markdown.split('\n');
  for (let at = 0; at < lines.length; at++) {
    const fence = FENCE.exec(lines[at]);
    if (!fence) {
      // Skips other fences whole, so that an example of a fence is not one.
      const other = /^(\s*)(`{3,})/.exec(lines[at]);
      if (other) while (at + 1 < lines.length && lines[++at].trim() !== other[2]);
      continue;
    }
    const [, indent, ticks, , words] = fence;
    const code = [];
    const first = at + 1;
    while (at + 1 < lines.length && lines[++at].trim() !== ticks) code.push(lines[at].replace(indent, ''));
    const unchecked = /^no-check\b\s*(.*)$/.exec(words.trim())?.[1];
    blocks.push({
      line: first + 1,
      code: code.join('\n'),
      file: FILE.exec(lines[first - 2] ?? '')?.[1],
      unchecked,
    });
  }
  return blocks;
};

/**
 * The files to compile for the blocks of one Markdown file: a file per block, and one for all blocks that
 * share a file name, in their order.
 *
 * @param {Block[]} blocks
 * @returns {{ name: string, text: string, lines: number[] }[]} `lines[i]` is the Markdown line of line i + 1
 */
export const toModules = (blocks) => {
  const modules = new Map();
  for (const [index, block] of blocks.entries()) {
    if (block.unchecked !== undefined) continue;
    const name = block.file ?? `block-${index + 1}.ts`;
    const module = modules.get(name) ?? { name, text: '', lines: [] };
    for (const [offset, line] of block.code.split('\n').entries()) {
      module.text += `${line}\n`;
      module.lines.push(block.line + offset);
    }
    modules.set(name, module);
  }
  // A file without import or export would share its names with all others.
  return [...modules.values()].map((module) => ({ ...module, text: `${module.text}export {};\n` }));
};
