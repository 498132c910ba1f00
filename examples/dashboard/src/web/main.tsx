import { createRoot } from 'react-dom/client';
import 'uplot/dist/uPlot.min.css';
import './style.css';
import { Page } from './page.js';

const root = document.getElementById('root');
if (root) createRoot(root).render(<Page />);
