"""A small grammar of everyday questions: support desk, how-to, shopping, travel, money, health, study, programming. Written for this model."""

import random


def words(text: str) -> list[str]:
    return [part.strip() for part in text.split(",")]


PLACES = words("""India, China, the United States, America, Canada, Germany, France, Japan, Australia, Pakistan, Russia, Brazil, London, New York, Paris, Delhi, Mumbai,
Bangalore, California, Texas, Italy, Spain, Mexico, Singapore, Dubai, Hong Kong, Europe, Africa, Egypt, Turkey, Israel, Iran, South Korea, North Korea, Ireland, Scotland,
Berlin, Chicago, Los Angeles, San Francisco, Toronto, Sydney, Thailand, Vietnam, Indonesia, the Philippines, Poland, Sweden, Norway, Switzerland, Greece, Portugal, Florida,
Hyderabad, Chennai, Kerala, Nigeria, Kenya, South Africa, Argentina, Chile, Saudi Arabia, the UK, the USA, Ukraine, Amsterdam, Rome, Bali, Nepal, Sri Lanka, the Netherlands""")
BRANDS = words("""Google, Facebook, WhatsApp, Instagram, Twitter, YouTube, Snapchat, Gmail, Quora, LinkedIn, Amazon, Netflix, Uber, Microsoft, Apple, Samsung, Windows 10, Android,
an iPhone, my iPhone, macOS, Linux, Ubuntu, Excel, Google Sheets, Google Docs, Google Drive, Dropbox, Slack, Trello, Skype, Zoom, Chrome, Firefox, Outlook, Hotmail, Yahoo Mail, PayPal,
eBay, Spotify, iTunes, iCloud, WordPress, GitHub, Stack Overflow, Photoshop, Word, PowerPoint, Evernote, Tumblr, Reddit, Pinterest, Steam, Xbox, PlayStation 4, Tinder, Wikipedia,
Google Maps, Google Calendar, Bing, Telegram, Skype for Business, Google Analytics, Jio, Flipkart, Airbnb, Tesla, Bitcoin, Disney, IBM, Intel, Oracle, Cognito Forms, Shopify, a Kindle, Safari""")
SETTINGS = words("""two-factor authentication, dark mode, notifications, the password, my profile picture, my account, my email address, a deleted message, deleted photos, old chats, a group,
the search history, my username, my phone number, a backup, syntax highlighting, a spreadsheet, a pivot table, a conditional format, a column, duplicate rows, a file, a folder, a shared document,
a calendar event, a contact, a card, a board, a label, a filter, spam, unread mails, all mails, an attachment, a signature, a video, a playlist, a song, a channel, comments, followers, friends,
a post, a page, a blocked user, a payment, an order, a subscription, an invoice, a refund, a gift card, a coupon, the language, the time zone, the font size, the keyboard, the screen, the battery,
the camera, the microphone, the printer, the wifi, the router, bluetooth, a software update, a virus, storage space, the browser cache, cookies, a bookmark, a screenshot, a link, an image,
the default browser, a plugin, an app, a phone call, a text message, contacts, a SIM card, an API key, a webhook, a workspace, a team member, permissions, an invitation, the home page""")
ACTS = words("""delete, recover, change, reset, add, remove, share, hide, find, export, import, disable, enable, turn off, turn on, block, unblock, download, upload, copy, move, sort, rename, edit,
print, send, cancel, update, restore, merge, schedule, save, open, close, search for, filter, archive, lock, track, connect, transfer, create, view, stop, fix, set up, hack, verify, replace, sync, mass delete""")
SKILLS = words("""Python, Java, C++, JavaScript, machine learning, data science, web development, English, Spanish, French, German, Chinese, Japanese, guitar, piano, singing, dancing, drawing, cooking,
swimming, chess, mathematics, calculus, physics, chemistry, biology, statistics, programming, algorithms, SQL, PHP, Android development, hacking, photography, writing, public speaking, driving, trading,
marketing, SEO, graphic design, video editing, yoga, meditation, history, economics, accounting, law, philosophy, psychology, deep learning, artificial intelligence, digital marketing, speed reading""")
TOPICS = words("""love, life, money, happiness, success, time, death, religion, God, science, politics, the economy, global warming, climate change, gravity, dark matter, black holes, time travel, the universe,
evolution, democracy, capitalism, communism, nuclear weapons, war, the World War II, Donald Trump, Hillary Clinton, Barack Obama, Narendra Modi, Vladimir Putin, Albert Einstein, Isaac Newton, Shakespeare, Hitler,
the presidential election, demonetisation, black money, 500 and 1000 rupee notes, immigration, racism, feminism, gun control, marriage, divorce, relationships, dating, sex, porn, masturbation, virginity, a girlfriend,
a boyfriend, my ex, parents, children, babies, dogs, cats, pets, horses, birds, snakes, music, movies, books, novels, video games, Game of Thrones, Harry Potter, Star Wars, anime, football, cricket, basketball, tennis,
a job interview, a resume, a salary, a startup, a business, an MBA, a PhD, an engineering degree, college, high school, university, an exam, IIT, the GRE, the SAT, the GATE exam, the UPSC exam, homework, a scholarship,
a visa, a passport, a green card, a driving licence, a credit card, a bank account, a loan, a mortgage, taxes, insurance, the stock market, mutual funds, bitcoin, gold, real estate, rent, a house, an apartment,
a car, a motorcycle, a bicycle, a laptop, a smartphone, a TV, headphones, a camera, shoes, clothes, jewellery, food, coffee, tea, water, milk, beer, wine, rice, chicken, eggs, sugar, chocolate, salt, fruit, vegetables,
gas, electricity, solar energy, engines, airplanes, trains, robots, computers, the internet, privacy, a website, a blog, a domain name, an operating system, a database, a server, the cloud, a virus, encryption,
an introvert, intelligence, memory, dreams, sleep, depression, anxiety, stress, anger, confidence, motivation, procrastination, laziness, loneliness, self esteem, a good friend, a narcissist, a psychopath, IQ,
Muslims, Christians, Hindus, Jews, Islam, Christianity, Buddhism, the Bible, the Quran, heaven, ghosts, aliens, astrology, Kashmir, the Supreme Court, the president, the prime minister, the senate, police, prison,
lawyers, doctors, nurses, teachers, engineers, pilots, actors, software engineers, scientists, writers, entrepreneurs, millionaires, students, women, men, girls, boys, old people, teenagers, foreigners, Indians, Americans""")
AILMENTS = words("""diabetes, asthma, cancer, breast cancer, high blood pressure, a headache, a migraine, the flu, a cold, a cough, a fever, a sore throat, a rash, an allergy, acne, dandruff, hair loss, eczema, psoriasis,
HIV, herpes, hepatitis, a urinary tract infection, a yeast infection, pneumonia, bronchitis, tuberculosis, malaria, a stroke, a heart attack, chest pain, heart disease, high cholesterol, anemia, a thyroid problem,
hypothyroidism, kidney stones, gallstones, back pain, knee pain, neck pain, shoulder pain, arthritis, a broken bone, a sprained ankle, a torn ligament, a hernia, stomach pain, acid reflux, an ulcer, constipation,
diarrhea, vomiting, nausea, dizziness, vertigo, insomnia, sleep apnea, depression, anxiety, panic attacks, ADHD, autism, bipolar disorder, schizophrenia, dementia, epilepsy, a seizure, a concussion, pregnancy,
a miscarriage, an abortion, irregular periods, a missed period, menopause, a swollen lymph node, a lump in my breast, a lump on my neck, numbness in my hand, blurred vision, an eye infection, an ear infection,
tinnitus, a toothache, bleeding gums, a root canal, wisdom teeth, COVID-19, the coronavirus, a vaccine, weight gain, weight loss, obesity, belly fat, dark circles, dry skin, a burn, an insect bite, poisoning, gout,
shortness of breath, swelling in my legs, blood in my urine, an enlarged prostate, erectile dysfunction, infertility, endometriosis, ovarian cysts, fibroids, a fatty liver, cirrhosis, appendicitis, a sinus infection""")
DRUGS = words("""ibuprofen, aspirin, paracetamol, Tylenol, antibiotics, amoxicillin, penicillin, prednisone, steroids, insulin, metformin, Prozac, Zoloft, Xanax, Adderall, Ritalin, melatonin, birth control pills, Plan B,
Viagra, an inhaler, albuterol, omeprazole, lisinopril, a statin, Lipitor, warfarin, vitamins, vitamin D, iron supplements, protein powder, fish oil, alcohol, caffeine, nicotine, marijuana, cocaine, morphine, antihistamines,
Benadryl, cough syrup, eye drops, chemotherapy, radiation, surgery, an X-ray, an MRI scan, a CT scan, a blood test, a biopsy, a colonoscopy, an ultrasound, physical therapy, massage, acupuncture, a hydrocortisone cream""")
BODY = words("my head, my leg, my knee, my back, my eye, my stomach, my throat, my ear, my chest, my foot, my hand, my wrist, my neck, my tooth, my nose, my tongue, my skin, my hip, my elbow, my ankle, my shoulder, my arm, my finger, my toe")
PEOPLE = words("I, my son, my daughter, my mother, my father, my wife, my husband, my boyfriend, my girlfriend, my friend, a child, a 5 year old boy, a 20 year old woman, a 65 year old man, my baby, my grandmother, my brother, my sister")
CODE = words("""a list, a string, an array, a dictionary, a JSON file, a CSV file, a date, an integer, a function, a class, an object, a loop, a regular expression, a table, a query, an index, a primary key, a foreign key, a branch,
a commit, a merge conflict, a pull request, a Docker container, a virtual environment, a package, a null pointer exception, a memory leak, a stack overflow, an infinite loop, an HTTP request, a REST API, a session, a cookie,
a login form, a button, a modal, a CSS style, a React component, a promise, a callback, a thread, a lock, a queue, a hash table, a linked list, a binary tree, a heap, a pointer, an enum, a template, an environment variable,
a unit test, a log file, a port, a certificate, an SSH key, a cron job, a migration, a race condition, a cache, a timeout, a stack trace, a segmentation fault, a syntax error, a dependency, a module, an interface""")
CODE_ACTS = words("sort, reverse, parse, convert, copy, iterate over, declare, delete, rename, test, debug, mock, split, join, concatenate, initialise, return, pass, validate, serialise, cache, compile, install, deploy, revert, undo, merge, catch, call, loop through, remove duplicates from, find the length of")
LANGUAGES = words("Python, Java, JavaScript, C, C++, C#, PHP, Ruby, Go, Rust, SQL, bash, TypeScript, React, Angular, Node.js, Django, Spring, Android Studio, Excel, R, MATLAB, Swift, git, MySQL, PostgreSQL, MongoDB, Kubernetes, AWS")
STORE = words("""my order, my package, a refund, a return, an exchange, free shipping, express delivery, the delivery fee, a discount code, a gift card, the warranty, a broken item, the wrong size, a missing item, my invoice, my receipt,
my subscription, the free trial, the premium plan, the monthly bill, a late fee, my card payment, a bank transfer, a cash withdrawal, the exchange rate, my PIN, a lost card, a stolen phone, a virtual card, a top-up, a direct debit,
my identity check, my address, a pending transfer, a declined payment, a double charge, the cash machine, a standing order, Apple Pay, my balance, the daily limit, an overdraft, a currency, an account statement, a beneficiary""")
STORE_ASKS = words("""where is {x}, what happened to {x}, when will I get {x}, how do I get {x}, how can I cancel {x}, I want to change {x}, why was {x} declined, I still have not received {x}, how much is {x}, is there a fee for {x},
can I use {x} abroad, how long does {x} take, I do not recognise {x}, there is a problem with {x}, please help me with {x}, do you offer {x}, who do I contact about {x}, {x} is not working, {x} has not arrived, do I need {x},
what is the policy on {x}, am I eligible for {x}, how do I track {x}, can I get {x} for a friend, why is {x} still pending, what do I need for {x}, {x} was wrong what should I do, how do I dispute {x}""")
TRAVEL = words("""the best time to visit {p}, the best places to visit in {p}, the cheapest way to get to {p}, the capital of {p}, the population of {p}, the weather in {p}, the cost of living in {p}, the best hotel in {p}, the best university in {p},
a visa for {p}, the currency of {p}, the official language of {p}, public transport in {p}, the best restaurants in {p}, the best beaches in {p}, the minimum wage in {p}, the crime rate in {p}, the history of {p}, the president of {p},
the tax rate in {p}, the best food in {p}, the relationship between {p} and {q}, the time difference between {p} and {q}, the distance from {p} to {q}, the average salary in {p}, jobs in {p}, the education system in {p}, the army of {p}""")
GOALS = words("""lose weight, gain weight, lose belly fat, build muscle, make money online, earn money fast, get rich, start a business, stop smoking, quit drinking, fall asleep faster, wake up early, improve my English, speak fluently,
improve my memory, read faster, get over a breakup, ask a girl out, make friends, be more confident, stop procrastinating, study better, concentrate while studying, prepare for an interview, write a resume, write a book,
get a job at Google, become a data scientist, become an actor, become a pilot, become a millionaire, buy a house, rent a flat, sell a car, invest in stocks, save money, pay less tax, file a tax return, get a loan,
improve my credit score, learn to cook, cook rice, boil an egg, remove a stain, clean a carpet, unclog a drain, fix a flat tyre, change the oil, jump start a car, train a dog, get rid of ants, get rid of mosquitoes, kill bed bugs,
grow taller, get rid of acne, grow my hair, whiten my teeth, get fair skin, get pregnant, avoid pregnancy, get a visa, move abroad, find a cheap flight, travel alone, meet new people, control my anger, stop overthinking,
be happy, find the meaning of life, overcome depression, deal with stress, get good grades, pass the exam, crack the interview, choose a career, ask for a raise, quit my job, work from home, apply for a passport,
get a divorce, hire a lawyer, sue a company, register a company, get a patent, publish an app, build a website, rank higher on Google, get more views on YouTube, get more followers on Instagram, hack a wifi password,
recover a hacked account, speed up my computer, extend battery life, take better photos, sing better, play the guitar, draw a face, run faster, run a marathon, do a handstand, meditate, remember my dreams""")
PLAIN = GOALS
THINGS = [*TOPICS, *SKILLS, *BRANDS]

GOAL_ASKS = words("""How do I {x}?, How can I {x}?, What is the best way to {x}?, what's the fastest way to {x}, How can you {x}?, How does one {x}?, What should I do to {x}?, Is it possible to {x}?, What are some tips to {x}?, How long does it take to {x}?,
how to {x}, I want to {x}, Can I {x} in one month?, Why is it so hard to {x}?, What are the best ways to {x}?, What is the easiest way to {x}?, Should I {x}?, What do I need to {x}?, Is there any way to {x}?, Could you help me {x}?,
How much does it cost to {x}?, Where can I learn to {x}?, When should I {x}?, Why can't I {x}?, How do people {x}?, how do you {x} without money, What are good books on how to {x}?, What is a good app to {x}?, How would you {x} at home?""")
TOPIC_ASKS = words("""What is {x}?, What do you think about {x}?, What is your opinion on {x}?, Why is {x} so popular?, Why do people hate {x}?, Why do people like {x}?, How does {x} work?, What are the best books about {x}?, How do I know if {x} is real?,
Is {x} good or bad?, Is {x} overrated?, What are the advantages and disadvantages of {x}?, What would happen without {x}?, What is the future of {x}?, What is the purpose of {x}?, What are some facts about {x}?, What is the best thing about {x}?,
What is the difference between {x} and {y}?, Which is better {x} or {y}?, How is {x} different from {y}?, Is {x} better than {y}?, What is the relationship between {x} and {y}?, What do {x} and {y} have in common?, How did {x} change the world?,
What is the cost of {x}?, Where can I buy {x}?, How do I get {x}?, How do I choose {x}?, What is it like to have {x}?, Does {x} exist?, Who started {x}?, How many types of {x} are there?, Can {x} be dangerous?, Why does {x} matter?,
What is the best {x} in the world?, How has {x} affected {y}?, Will {x} ever end?, What is wrong with {x}?, Do you believe in {x}?, What did you learn from {x}?, What should everyone know about {x}?, What are the alternatives to {x}?, How old is {x}?,
What is the worst thing about {x}?, How can {x} be improved?, When did {x} become popular?, What makes {x} special?, How do I explain {x} to a child?, Can I trust {x}?, What are the rules of {x}?, Is there a connection between {x} and {y}?""")
PLACE_ASKS = words("""What is {x} in {p}?, How is {x} seen in {p}?, What are the best colleges in {p} for {x}?, Is {x} legal in {p}?, Where can I find {x} in {p}?, How much is {x} in {p}?, What is the scope of {x} in {p}?, Why is {x} expensive in {p}?, How do I start with {x} in {p}?, Who is the best at {x} in {p}?""")
SKILL_ASKS = words("""How do I learn {x}?, What is the best way to learn {x}?, What are the best books for {x}?, What are good online courses for {x}?, How long does it take to learn {x}?, Is {x} hard to learn?, Where should a beginner start with {x}?, Can I learn {x} on my own?,
Should I learn {x} or {y}?, What jobs can I get with {x}?, How can I improve my {x} skills?, Which is the best website to learn {x} for free?, Why should I study {x}?, How do I become good at {x}?, What is the best institute for {x} in {p}?, How do I teach {x} to kids?""")
HEALTH_ASKS = words("""What are the symptoms of {x}?, How is {x} treated?, What is the best treatment for {x}?, What causes {x}?, Is {x} contagious?, Can {x} be cured?, How do I know if I have {x}?, How can I prevent {x}?, Can {d} help with {x}?, Can {d} cause {x}?, Is it safe to take {d} with {x}?,
Can I take {d} while pregnant?, What are the side effects of {d}?, Can I mix {d} and {e}?, How long does {x} last?, Should I see a doctor for {x}?, {who} has {x} what can be done, Can {x} cause {y}?, Is {x} related to {y}?, What is the difference between {x} and {y}?, I have pain in {b} what could it be?,
Why does {b} hurt?, {b} is swollen and red, How much {d} should I take for {x}?, Does {d} expire?, Is {x} hereditary?, What foods should I avoid with {x}?, What home remedies work for {x}?, Could {b} hurt because of {x}?, How soon does {d} work?, Can {who} die from {x}?, What doctor treats {x}?,
I was diagnosed with {x} and prescribed {d}; is that right?, What happens if I stop taking {d}?, Is {d} addictive?, Can {x} come back after {d}?, What tests are done for {x}?, {who} took too much {d}, Is surgery needed for {x}?, Can I exercise with {x}?""")
TECH_ASKS = words("""How do I {a} {s} on {g}?, How can I {a} {s} in {g}?, Is there a way to {a} {s} in {g}?, Can't {a} {s} in {g}, {g} won't let me {a} {s}, How to {a} {s}?, Why can't I {a} {s} on {g}?, What happens if I {a} {s} on {g}?, Where do I {a} {s} in {g}?, I would like to {a} {s} using {g} is this possible?,
Is it possible to {a} {s} from {g}?, {a} {s} {g}, Can I {a} {s} without {g}?, How do you {a} {s} from {g} to {h}?, {s} is not working on {g}, {s} disappeared from {g}, Which app can {a} {s} like {g}?, Does {g} allow me to {a} {s}?, How do I automatically {a} {s} in {g}?, I accidentally lost {s} in {g}, Can other people see {s} on {g}?""")
CODE_ASKS = words("""How do I {a} {c} in {l}?, How can I {a} {c} with {l}?, What is the best way to {a} {c} in {l}?, {l} {a} {c}, What is {c} in {l}?, Why do I get {c} in {l}?, What is the difference between {c} and {d} in {l}?, Can {l} {a} {c}?, How do I convert {c} to {d} in {l}?, Error when I {a} {c} in {l},
How to fix {c} in {l}?, When should I use {c} instead of {d}?, Is {l} better than {k} for {c}?, How does {c} work in {l}?, Write a program in {l} to {a} {c}, How do I check if {c} is empty in {l}?, What does {c} mean in {l}?, Show me an example of {c} in {l}""")
OPENERS = ["", "", "", "", "", "", "", "", "Hi, ", "Hello, ", "Please tell me, ", "Quick question: ", "Sorry, but ", "I was wondering, ", "Thanks. ", "Can someone explain: "]


def fill(frames: list[str], chance: random.Random, **lists: list[str]) -> str:
    return chance.choice(frames).format(**{name: chance.choice(options) for name, options in lists.items()})


def build_question(chance: random.Random) -> str:
    kind = chance.random()
    if kind < 0.15:
        text = fill(GOAL_ASKS, chance, x=GOALS)
    elif kind < 0.42:
        text = fill(TOPIC_ASKS, chance, x=THINGS, y=THINGS)
    elif kind < 0.47:
        text = fill(PLACE_ASKS, chance, x=THINGS, p=PLACES)
    elif kind < 0.53:
        text = fill(SKILL_ASKS, chance, x=SKILLS, y=SKILLS, p=PLACES)
    elif kind < 0.68:
        text = fill(HEALTH_ASKS, chance, x=AILMENTS, y=AILMENTS, d=DRUGS, e=DRUGS, b=BODY, who=PEOPLE)
    elif kind < 0.80:
        text = fill(TECH_ASKS, chance, a=ACTS, s=SETTINGS, g=BRANDS, h=BRANDS)
    elif kind < 0.88:
        text = fill(CODE_ASKS, chance, a=CODE_ACTS, c=CODE, d=CODE, l=LANGUAGES, k=LANGUAGES)
    elif kind < 0.93:
        text = fill(STORE_ASKS, chance, x=STORE)
    else:
        about = chance.choice(TRAVEL).format(p=chance.choice(PLACES), q=chance.choice(PLACES))
        text = chance.choice(["What is {x}?", "Tell me about {x}", "what's {x}", "How do I find {x}?", "Do you know {x}?", "Is there information on {x}?", "How good is {x}?", "How does {x} compare?"]).format(x=about)
    return chance.choice(OPENERS) + text
