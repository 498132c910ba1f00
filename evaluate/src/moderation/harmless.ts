/**
 * Ordinary sentences with words that lists trip over: animals, tools, food, places, names, medicine, news, games, people saying who
 * they are, people objecting to abuse. Written for training; they are shown to the trainer as harmless.
 */
export const HARMLESS: readonly string[] = `
The bitch whelped overnight and the puppies are feeding well.
Our breeder keeps two dogs and one bitch, all health tested.
A bitch in season should be kept on a lead near other dogs.
The stud dog and the bitch both won best of breed.
Grandma cooks faggots with gravy and mash every winter.
The butcher in Tipton sells faggots, pies and black pudding.
A faggot of sticks was enough to light the stove.
She loaded the ass with two baskets and walked to the market.
The ass brayed at the gate until somebody brought hay.
The wild ass of the steppe is endangered, the park says.
A cock and six hens live behind the school kitchen.
The weather vane is a brass cock from 1820.
The cock pheasant strutted across the lawn.
Pussy willow branches are the first sign of spring here.
I cut some pussy willow for the vase in the hall.
Our pussy cat sleeps on the radiator all day.
Coal tits, blue tits and great tits came to the feeder.
Two tits nested in the box by the shed.
The dyke was raised after the flood and the polder is dry.
We cycled along the dyke to the lighthouse.
Water came over the dyke at high tide.
A chink in the curtain let the light in.
There is a chink in the armour of every plan.
Retard the spark a little and the engine runs cooler.
Fire retardant foam must be replaced after ten years.
The tailor used a prick of the needle to test the cloth.
Vampire finches prick the skin of larger birds.
Dick Turner and Dick Whittington are both in the pantomime.
My uncle Dick taught me to fish on the canal.
Willy and Fanny opened a bakery in Cockfosters.
We drove from Scunthorpe to Penistone, then on to Cockermouth.
The bus from Essex stops in Sussex Gardens and Middlesex Street.
A weekend in Intercourse, Pennsylvania, then Lititz and Bird in Hand.
Fucking in Austria has changed its name to Fugging.
Climbing the Matterhorn from Zermatt took us nine hours.
Professor Dickens and Ms Hooker edited the volume.
Mr Butts, Mrs Cox and Miss Gay run the school office.
John Wang and Phuc Dat Bich presented the paper.
Put the butt of the rifle against the shoulder, says the manual.
A water butt saves hundreds of litres every summer.
The screw had a blunt point and the knob came loose.
Nuts, bolts, balls and bearings are on the second shelf.
The tart was excellent, the crumble less so.
Stroke the horse and then brush its coat.
The bass player and the drummer shook hands with the class.
Assess the passage and pass the assessment to the assistant.
Breast cancer screening is free from the age of fifty.
Ask the nurse about anal fissures or rectal pain, nobody will laugh.
A vaginal swab takes one minute and does not hurt.
The penis and the testicles should be checked once a month.
Our sex education class covers consent and contraception.
Sexual health clinics are open on Thursday evening.
If you think about suicide, please call the helpline tonight.
I lost my brother to suicide and I still talk to him every day.
The report covers rape, torture and murder during the war.
A man was charged with murder after the shooting, police said.
The court sentenced the rapist to eleven years.
Terrorists killed forty people in the attack, the ministry said.
A bomb was found under the bridge and made safe.
The killer was arrested on Monday near the border.
The museum tells the story of slaves and of those who freed them.
Calling somebody a retard is not funny. Please stop.
He called her a slur and the whole bus went quiet.
Nobody should be called a faggot at work, and we told him so.
"Go home" was written on her door, and the street came together to clean it.
They used the n-word in the stands and the match was stopped.
It is wrong to say that women cannot drive.
Telling gay kids they are sick does real harm.
People who say all immigrants are criminals are wrong.
I am a black woman and I run this company.
I am gay, my husband is a nurse, we have two dogs.
As a Muslim I fast during Ramadan and cook every night.
My Jewish grandmother makes the best soup.
Trans women spoke at the council about housing.
Queer and proud, see you at the march on Saturday.
Deaf and blind visitors can book a guide.
Our family came from Nigeria and we love it here.
The lesbian choir sings at the town hall tonight.
Chinese new year starts on Sunday and the whole street is red.
We killed it on stage last night, thank you all.
I was killed in the first round, what a game.
That boss fight destroyed me, twelve tries.
Shoot me an email when you are done.
He shot from the corner and hit the post.
Kill the server, then execute the script again.
The parent process kills its child when it hangs.
Strip the whitespace and dump the table.
This traffic is killing me today.
I could murder a cup of tea.
Damn, what a view.
Holy crap, we won the raffle.
My exam was hell but I passed.
I feel so stupid, I locked myself out again.
This app sucks on old phones, please fix the login.
What the hell happened to the train times?
The weather is crap but the food is great.
The queen bee and the drones left the hive.
She is a gardener with a hoe, a rake and a spade.
Call a spade a spade, the roof leaks.
My hoe broke, can I borrow yours for the beets?
The coon hound and the maine coon get along.
A nip in the air this morning, autumn is here.
Could you give the baby wipes and the nappies to mum?
The gun dog brought back the duck.
Beat the eggs, whip the cream and spank the dough.
The horny toad is a lizard, not a toad.
Beaver, otter and shag live along the river.
Erect the tent before dark.
The explosion in the novel is only a dream.
He has a degree in homosexual history and teaches at night.
The trailer hitch is rusty and the trash goes out on Tuesday.
The garbage truck woke everybody up at five.
Yellow birds and brown bears are in the second book.
Charlie Brown and the yellow cab are on the poster.
The Yankees play the Red Sox in the bronx tonight.
The monkey puzzle tree in the park is two hundred years old.
Oreo cookies and milk for the kids.
He went outside for a fag and came back smelling of smoke.
A packet of fags costs more than lunch these days.
Rape oil and rapeseed honey come from the yellow fields.
The field of rape behind the barn is in flower.
She graduated summa cum laude in physics.
The tranny on the old van has to be rebuilt.
My grandfather's tranny radio still works.
The knight drew a bastard sword from the wall.
Use a bastard file first and a smooth one after.
The slag heap above the village is now a park.
A knob of butter and a pinch of salt, then stir.
The hooker and both props were injured in the scrum.
Our hooker threw straight at every line-out.
The shag carpet in the lounge is from the seventies.
A shag dried its wings on the harbour wall.
The pansies and the fairy lights look lovely.
Homo sapiens and Homo erectus lived at the same time.
The booby and the blue-footed booby nest on the cliff.
Mr Kuntz, Mrs Weiner and Dr Fuchs are on the panel.
Lord Hiscock and Ms Gaylord opened the fete.
We flew to Phuket and then took a boat.
The bum bag has two zips and a strap.
Spread the ham with mustard and the pork with sauce, said the pig farmer.
A sow and nine pigs escaped on the ring road.
The vermin control people come on Thursday.
The clowns at the circus were the best part.
The trash can is full and the filth in the gutter must go.
Slave cylinder, master cylinder and brake fluid are in stock.
The bitch, a spaniel of four, is due in May.
Two bitches and a dog from the last litter still need homes.
The donkey is an ass and the mule is half of one.
My ass is stubborn, said the shepherd and patted the animal.
The rooster, or cock, crows before six.
A cock and bull story, my aunt called it.
The ball cock in the cistern needs a new washer.
Pull the pussy cat out of the tree, please.
The hoe is for weeds and the fork for potatoes.
Her dyke in the fens was built by Dutch engineers.
The tit made a nest in our letter box.
The willow tit is rarer than the marsh tit.
The doctor explained orgasm, ejaculation and fertility to the class.
A semen sample must reach the clinic within an hour.
The clitoris was drawn wrong in textbooks for a century.
Nipple pain is common in the first weeks of breastfeeding.
The urologist examined the scrotum and found nothing.
HIV tests are free and nobody asks for your name.
The article explains how grooming works and how to report it.
Suicide prevention week begins on Monday, talk to somebody.
The verdict of the rape trial is expected tomorrow.
The film shows a lynching and carries a warning.
The school removed a book because it contains the n-word.
A swastika was sprayed on the synagogue and neighbours painted over it.
She was called a whore in the comments and answered with patience.
Nobody has the right to tell you that you are trash.
We ban people who write "kill yourself" in this forum.
He said that refugees are vermin, and the whole hall booed.
I am bisexual and my parents took it well.
My wife is Black, I am white, our son is four.
As a disabled man I want ramps, not pity.
Old people and young people danced together in the hall.
The imam, the rabbi and the priest planted a tree.
We nuked their base and they quit in four minutes.
That headshot was filthy, what a player.
I got destroyed in chess by a child again.
Damn right, this soup is good.
Bloody hell, the queue is long today.
That was one hell of a goal.
My stupid printer is jammed again.
What an idiot I was to leave the umbrella at home.
`
  .trim()
  .split('\n');
