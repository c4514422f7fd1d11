"""What people write in reports, and the kinds of detail in it that could give them away; nothing where it is harmless.

`TUNED` was written before the identity check and then used to better it. `HELD_OUT` was written afterwards, and the
check was not changed for it: its figures are the honest ones.
"""

from bot.reports.details import Kind

Row = tuple[str, set[Kind]]

CODE_NAMES = ("Project Falcon",)

TUNED: tuple[tuple[str, set[Kind]], ...] = (
    # Names
    ("My manager Dana told us the bot would take over triage.", {Kind.NAME}),
    ("Mr Smith wants every reply to go through the model first.", {Kind.NAME}),
    ("Laura said nobody would be laid off. Two weeks later they were.", {Kind.NAME}),
    ("I was told by John Smith to stop writing tests by hand.", {Kind.NAME}),
    ("Mi jefa Laura dice que hay que usar la IA para todo.", {Kind.NAME}),
    ("Según la Sra. Ortega, el modelo ya hace nuestro trabajo.", {Kind.NAME}),
    ("The plan came from María de la Cruz in the Madrid office.", {Kind.NAME}),
    # E-mail addresses
    ("write me at dana.k@corp.example.com if you need proof", {Kind.EMAIL}),
    ("The order came from john (at) corp dot com, as always.", {Kind.EMAIL}),
    ("mi correo es laura arroba empresa punto es", {Kind.EMAIL}),
    # Telephone numbers
    ("Call me on +49 (0)30 901820 after work.", {Kind.PHONE}),
    ("My number is (212) 555-0143, text only.", {Kind.PHONE}),
    ("Mi móvil es el 612 34 56 78.", {Kind.PHONE}),
    # Handles and channels
    ("They announced it in #general and then locked the thread.", {Kind.HANDLE}),
    ("ask <@123456789012345678>, same thing happened there", {Kind.HANDLE}),
    ("@dana has screenshots of the dashboard", {Kind.HANDLE}),
    ("I wrote about it as u/dana on a forum.", {Kind.HANDLE}),
    # Links
    ("It is all in https://docs.corp.example/ai-policy?user=881", {Kind.LINK}),
    ("the rules are on intranet/wiki under AI", {Kind.LINK}),
    (r"The transcripts are kept in C:\Users\dkowalski\exports", {Kind.LINK}),
    # Numbers of tickets, cases and badges
    ("The model closed JIRA-1234 without fixing anything.", {Kind.TICKET}),
    ("My reviews are scored by a script (emp #20391).", {Kind.TICKET}),
    ("mi número de empleado 20391 aparece en el informe", {Kind.TICKET}),
    ("See HR case no. 55812 for the first complaint.", {Kind.TICKET}),
    # Exact numbers
    ("Our team of 7 was told to train the replacement.", {Kind.NUMBER}),
    ("They let 1,437 people go and named AI as the reason.", {Kind.NUMBER}),
    ("Of the 7 testers, the youngest were cut first.", {Kind.NUMBER}),
    ("Somos un equipo de doce y ahora hacemos el doble.", {Kind.NUMBER}),
    ("My bonus of $4,317 was cancelled because of the new score.", {Kind.NUMBER}),
    # When
    ("The layoffs were announced at 14:35 on 3 May.", {Kind.WHEN}),
    ("last Tuesday at 9 we all lost access to the editor", {Kind.WHEN}),
    ("Nos lo dijeron el 3 de mayo a las 14:30 por videollamada.", {Kind.WHEN}),
    ("Since 2024-11-18 every keystroke is logged.", {Kind.WHEN}),
    # The only one
    ("As the only woman on call I get the worst scores.", {Kind.ONLY_ME}),
    ("soy la única traductora de la oficina", {Kind.ONLY_ME}),
    ("I'm the sole maintainer of the billing code.", {Kind.ONLY_ME}),
    # Pasted
    ("From: People Team\nSent: Monday\nSubject: Your new AI targets\n\nDear colleagues,", {Kind.PASTED}),
    ("> we will replace the support desk by summer\nThat is what they wrote.", {Kind.PASTED}),
    ("This message is confidential and intended only for the recipient.", {Kind.PASTED}),
    ("The new t\u0430rgets apply to all staff from next quarter on.", {Kind.PASTED}),
    ('Traceback (most recent call last):\n  File "/srv/rate.py", line 41, in score', {Kind.PASTED}),
    # Several at once, and a name of the guild's own list (CODE_NAMES)
    ("On Project-Falcon my boss Tom logs us at 8:15 each day", {Kind.CODE_NAME, Kind.NAME, Kind.WHEN}),
    # Harmless
    ("GPT-4 writes the tickets now and we only check them.", set()),
    ("We had to move from Python 3.11 to whatever the tool wants.", set()),
    ("Our ISO 9001 audit does not look at AI output at all.", set()),
    ("Targets went up by 50% and the pay stayed the same.", set()),
    ("They gave us two weeks to learn it on our own time.", set()),
    ("The on-call rota is 24/7 and the bot pages for nothing.", set()),
    ("I/O errors are now blamed on us instead of on the agent.", set()),
    ("I worked more than 80 hours that week to repair its output.", set()),
    ("May I refuse to use Copilot? Nobody could tell me.", set()),
    ("In May the company stopped hiring juniors. In June it hired a vendor.", set()),
    ("Since March 2024 all code reviews are done by Claude or Gemini.", set()),
    ("Management says Microsoft Teams records meetings for quality only.", set()),
    ("Customer Support now has to approve what ChatGPT answers.", set()),
    ("The Works Council was not asked. Human Resources did not reply.", set()),
    ("Desde 2023 usamos Copilot para todo y nadie revisa la calidad.", set()),
    ("El sindicato pidió información y la empresa no contestó.", set()),
    ("La IA hace el 80% del trabajo y nosotros corregimos el resto.", set()),
    ("I don't get credit: my commits are shown as the agent's work in GitHub.", set()),
    # Held out at first, when 8 of the 14 details in them were found; the check was then bettered on them
    ("Siobhan from payroll told me my hours were estimated by a model.", {Kind.NAME}),
    ("We all got the same letter, signed by Rajesh Venkataraman.", {Kind.NAME}),
    ("El director, Íñigo Urrutia, nos enseñó la demo.", {Kind.NAME}),
    ("my team lead oleksandr keeps a spreadsheet of who uses the assistant", {Kind.NAME}),
    ("dm me, discord is nightfox_22", {Kind.HANDLE}),
    ("my address is k.lindqvist at fastmail dot com", {Kind.EMAIL}),
    ("WhatsApp 0044 7911 123456 if you want the recording", {Kind.PHONE}),
    ("It happened in the stand-up of the 12th, right after nine.", {Kind.WHEN}),
    ("The email went out Thursday 17:05 and by Friday I was locked out.", {Kind.WHEN}),
    ("Quedamos cuatro personas en el departamento.", {Kind.NUMBER}),
    ("There were nine of us in localisation, now there are two.", {Kind.NUMBER}),
    ("Nobody on the team except me speaks Finnish, so the bot got my queue.", {Kind.ONLY_ME}),
    ("My complaint was filed under GRV/2024/0117.", {Kind.TICKET}),
    ("-----Original Message-----\nPlease complete your AI pledge.", {Kind.PASTED}),
    ("The new reviewer bot rejects nine of ten of my changes.", set()),
    ("Since GPT-4o and Sonnet came, estimates were cut to a third.", set()),
    ("I am a contractor in Poland and get paid per accepted label, about 3 cents.", set()),
    ("Nos piden usar Cursor en cada tarea y medir el ahorro de tiempo.", set()),
    ("They promised training in Q2; it is now Q4 and there was none.", set()),
    ("Our Data Protection Officer said the EU AI Act does not apply to us.", set()),
)

HELD_OUT: tuple[Row, ...] = (
    ("Our CTO Wojtek showed a slide with my commit count on it.", {Kind.NAME}),
    ("Gupta and Okafor were let go the day the agent went live.", {Kind.NAME}),
    ("Mi compañera Maitane lleva dos meses corrigiendo lo que escribe el modelo.", {Kind.NAME}),
    ("You can reach me: marta_fdez [at] proton [dot] me", {Kind.EMAIL}),
    ("my cell: 415.555.0172", {Kind.PHONE}),
    ("I posted the numbers in #ml-eval-reviews before it was archived.", {Kind.HANDLE}),
    ("There is a Notion page, notion.so/acme/Agents-first-8d1f, that says it all.", {Kind.LINK}),
    ("They pasted my PR 48213 into the deck as a bad example.", {Kind.TICKET}),
    ("On Nov 4th we lost access and by 10am the accounts were gone.", {Kind.WHEN}),
    ("La reunión fue el jueves pasado a primera hora.", {Kind.WHEN}),
    ("Headcount in docs went from 11 to 3 since the tool came.", {Kind.NUMBER}),
    ("I was paid 2,380 euros less than the year before.", {Kind.NUMBER}),
    ("I happen to be the only Portuguese speaker in support.", {Kind.ONLY_ME}),
    ("Hi team,\nAs part of our AI-first journey we are sunsetting the QA guild.", {Kind.PASTED}),
    ("Every sprint the velocity goal rises by 15 to 20% with no new people.", set()),
    ("Grammarly and DeepL replaced the whole review step at our client.", set()),
    ("Bossware takes a screenshot every 10 minutes, also on breaks.", set()),
    ("Me obligan a grabar mi voz para entrenar un asistente, sin pagar nada.", set()),
    ("The agent opened 300 pull requests; we had to read them all, unpaid.", set()),
    ("If I say no to the tool, my Q3 rating drops from 4 to 2.", set()),
)
