"""Words that tell a name from something else, and given names from surnames.

None of these lists decides alone what a text means: they say where a reading is in doubt, and the doubt is asked about.
"""

from bot.reading.persons.names import bare


def words_of(text: str) -> frozenset[str]:
    """The words of a list, each once."""
    return frozenset(text.split())


_GIVEN = """
aaron abbie abby abdul abdullah abigail abu adam adil aditi adnan adrian aeron agnes ahmad ahmed aidan aiden ailsa
aimee aisha aisling alan alana albert aled alejandro alex alexa alexander alexandra alexia alfie alfred ali alice
alicia alina alisha alison alistair allan alun alwyn amanda amara amber amelia amelie amina amir amira amy ana anas
anastasia anders andre andrea andreas andrei andrew andy angela angharad angus anika anil anisa anita anja anna
annabel annabelle anne annie ann anthony antonio antony anwen anya aoife archie ariana arjun arthur arun asha ashley
asif asma astrid atif aubrey audrey aurora austin ava axel ayaan ayesha aysha azra barbara barney barry beatrice
beatriz becky bella ben benedict benjamin benny bernard beth bethan bethany bettina betty beverley bianca bilal bill
billie billy blake bo bob bobby bonnie brad bradley brandon brenda brendan brian bridget brogan bronwen bronwyn bruce
bruno bryn cai caitlin caleb callum calum cameron camilla cara carl carla carlos carly carmen carol caroline carrie
carys cary cassie catherine catrin cecilia celia celine ceri cerys charis charity charles charley charlie charlotte
chelsea cheryl chidi chloe chris christian christina christine christopher ciara ciaran cillian claire clara clare
claudia clive cody colin connie connor conor cora cormac courtney craig cy cynthia dafydd daisy damian damien dan dana
daniel daniela danielle danny daphne darcey darcy daria darren dave david dawn dean debbie deborah declan dee deepa
delyth demi denise dennis derek dermot desmond dev dewi diana diane dilwyn dilys dimitri dina dion divya dominic
dominik donald donna dora doris dorothy douglas duncan dylan eamon ebony ed eddie eden edgar edith edward edwin eesha
efa eilidh eileen eira eirlys ela elaine eleanor elena eleri eli elias elijah elin elinor elis elisa elise elizabeth
ella ellen ellie elliot elliott ellis elodie eloise elsa elsie elton elwyn emeka emil emile emilia emily emlyn emma
emmanuel emrys emyr enid enzo eoin eric erica erik erin ernest esme esmee essa esther ethan eugene eva evan evelyn
evie ewan ezra fabian faisal faith farah farhan farida fatima fay faye felicity felix ferdinand fernando ffion fflur
filip finlay finley finn fiona fletcher flo flora florence florian fran frances francesca francis francisco frank
frankie fraser fred freddie freddy freda frederick freya gabriel gabriela gareth gary gavin gemma geoff george georgia
georgie georgina geraint gerald gerard gethin gil giles gina giorgia giovanni giulia gladys glen glenys gloria glyn
gordon grace graham grainne greg gregory greta griff gruff gruffudd gruffydd guillermo gus guto gwen gwenllian gwilym
gwyneth hadiya hafsa hal haleema halima hamish hamza hana hannah hans harley harold haroon harper harriet harrison
harry hasan haseeb hassan hattie haydn hayley hazel heather hector heidi helen helena henry hester hilary hilda holly
hope howard huda hugh hugo huw hywel iain ian ibrahim ida idris ieuan ifan iga ikram ilyas imani imogen imran ina
india indira ines inga ingrid ioan iolo iona ioana iqra irene iris irina isaac isabel isabella isabelle isaiah isha
ishaan isla islwyn ismail isobel israel ivan ivana ivo ivor ivy iwan jack jackie jackson jacob jacqueline jacques jade
jake jakub jamal james jamie jan jana jane janet janice jared jasmin jasmine jason jasper javier jay jaya jayden jayne
jean jed jeff jemima jen jenna jennifer jenny jeremiah jeremy jerome jesse jessica jess jessie jill jim jimmy jo joan
joanna joanne joao jodie joe joel joey johan johanna john johnny jon jonah jonas jonathan jonny joost jordan jorge
jose joseph josephine josh joshua josie joy joyce juan jude judith judy jules julia julian julie juliet june kabir kai
kamal kamil kara karan karen karim karina karl kasia kat kate katerina kath katharine katherine kathleen kathryn kathy
katie katrina katy kayla kayleigh keira keith kelly kelsey ken kenneth kerry kevin khadija khalid kieran kim kimberley
kirsten kirsty kiran krishna kristian krystyna kwame kyle kylie lara laura lauren laurence layla leah leanne leila
lena lenny leo leon leona leonardo leroy les leslie lewis lexi lexie liam libby lidia lila lilian lilly lily lina
linda lisa liv livia liz lizzie llew llinos llyr llywelyn lloyd logan lois lola loren lorna lorraine lottie lou louie
louis louisa louise luca lucas lucia lucy luis luisa luka lukas luke luna lydia lyla lynn lynne mabel mabli macie
maddie maddison madeleine madison mae maeve magda maggie maha mahmoud maia mair maira maisie maisy malachi malcolm
malik man manon manuel marc marcel marcia marco marcus margaret margot maria mariam marian marie marina mario marion
mark marlon marta martha martin martina mary maryam mason mateo mateusz matilda matt matthew maud maureen max maxim
maximilian maxine maya megan mehmet mei mel melanie melissa mercy meredith merlin mia micah michael michaela michal
michelle miguel mike mikey mila miles milly millie milo mina minnie miriam misha moesha mohamed mohammad mohammed
mohsin moira molly mona monica monika morgan moses muhammad mungo murray mustafa myfanwy myles nadia nadine naomi
natalia natalie natasha nathan nathaniel ned neil nell nellie neve nia niall niamh nicholas nick nicky nico nicola
nicole nigel nikhil niki nikita nikolai nina noah noel noor nora norah norman nuala nur nusrat oisin ola oleg olga oli
olive oliver olivia ollie olly olwen omar omari oona orla orlando oscar osian osman otis otto owain owen oz pablo
paddy padraig paige pamela paola parveen pascal pat patience patricia patrick paul paula pauline pawel pearl pedro
peggy penelope penny percy perry pete peter petra phil philip philippa phillip phoebe pia pierre piotr pip pippa polly
poppy preeti primrose priya quentin quin quinn rachael rachel rafael rafe raheem rahim rahul raj raja rajesh ralph
ramona rania raphael rashid raul raven ravi ray raymond reba rebecca reece reggie rehan reuben rex rhiannon rhian
rhodri rhona rhonda rhys ria ricardo richard rick ricky riley rio rishi rita riya roan rob robbie robert robin rocco
rodney roger rohan roisin roland roman ron ronan ronnie rory rosa rosalind rose rosemary rosie ross rowan roxanne roy
ruby rufus rukhsana rupert russell ruth ryan saad sabina sabrina sadia sadie safa saffron safiya sahar said saif saira
sally salma salman sam samantha samara sami samina samir samira sammy samson samuel sana sandra sandy sanjay santiago
saoirse sara sarah sasha saskia savannah scarlett scott sean sebastian selina selma serena seren sergio seth shabana
shahid shakira shamus shane shanice shannon sharon shaun shauna shay sheila shelley sherif shirley shona shreya sian
sid sidney sienna sigrid silas silvia simon simone sinead siobhan siwan skye sofia sohail solomon sonia sonny sophia
sophie spencer stacey stan stanley stefan stella stephanie stephen steve steven stewart stuart sue sufyan sukhi sumaya
summer sunita sunny suresh susan susanna susie suzanne sybil sylvia taha tahir talia tamara tamsin tania tanya tara
tariq tasha tasnim taylor ted teddy tegan teodora teresa terry tess tessa thea theo theodore theresa thomas tia
tiffany tilly tim timothy tina tobias toby todd tom tomas tommy tomos toni tony tracey tracy trevor tristan trudy
tudor tyler ulla uma umar una ursula usman val valentina valerie vanessa vera verity veronica vicky victor victoria
vijay vikram vincent viola violet violeta viv vivian vivienne vlad walter wanda wasim wayne wendy wesley wiktor wilf
wilfred will willa willem william willow winifred wyn xander xavier yahya yara yasir yasmin yasmine yaz yolanda yosef
youssef yuki yuri yusuf yvette yvonne zac zach zachary zahra zaid zain zainab zak zakariya zane zara zeb zeeshan zed
zelda zena zeynep zhen zia zoe zofia zoya zubair zuzanna kofi kwaku kojo yaw kwabena ama akua esi abena ngozi adaeze
chioma chinedu ifeoma obinna tunde tolu temi ade femi kemi yemi wale segun folake wei jing ming xin yi hui ling jun
hao ying fang xiao minh linh thanh huong tuan anh tegwen eluned heulwen sioned non steffan deiniol kwasi adwoa amal
llio lleucu alaw cadi deio macsen lowri
mali betsan sion anest celyn enlli elain nansi jac eurig meilyr aneurin trystan tudur twm caio cian llewelyn harri
layan rayan jamila noura rivka shira moshe avi yael reza parisa dariush mehdi niloufar anahita gurpreet harpreet
jaspreet manpreet simran amrit mari mairwen
"""
_ALSO_SURNAMES = """
wyn quinn nelson neil max faith grace joyce marie matthew raymond riley simon todd terry willow ahmad ahmed alexander
ali allan arthur ashley austin barry bernard bradley bruce charles christian christopher clare cameron daniel darcy
david dean douglas duncan dylan edgar edward ellis elliot elliott evan evans faisal fletcher francis frank fraser
frederick george gil gilbert glen gordon graham gregory griff hamza harper harrison harry hassan hasan hector henry
hope howard hugh hugo huw hussain ibrahim ismail jack jackson james john jordan joseph joy keith kelly kerr kim kiran
kris lee lewis lloyd logan lucas lynn malcolm malik marcus mark martin mason may michael miles mohamed morgan moses
murray mustafa nicholas noble noor norman osman otto owen patrick paul perry peter philip ralph ray reece rhys robert
roman rose ross roy russell ryan said scott silva solomon spencer stephen steven stewart stuart taylor thomas tudor
tyler umar victor vincent walter wayne wesley william yusuf llyr emrys gwyn glyn tudur
"""
_FIRST, _LAST = words_of(_GIVEN), words_of(_ALSO_SURNAMES)
NO_NAMES = words_of(
    """
everyone everybody everything nobody noone anyone anybody somebody someone themselves tbc tba tbd tbn unknown nil none
null various misc etc kids kiddies children childrens pupils pupil students participants participant attendees
attendee members boys girls teens teenagers toddlers babies siblings sibling twins triplets classmates classmate
classroom group groups class classes cohort session meeting club mum mums mom mummy mam dad dads daddy mother father
parents stepmum stepdad stepmother stepfather stepbrother stepsister gran grandma grandad grandpa granny grandparents
auntie aunt uncle cousin cousins brother brothers sister sisters daughter daughters wife husband boyfriend girlfriend
carer carers guardian foster friends mate mates neighbour neighbours toddler person people persons adults staff
volunteer volunteers helper helpers teacher teachers allergy allergic allergies asthma asthmatic epilepsy epileptic
diabetic diabetes autism autistic adhd asd sen vegan vegetarian halal kosher gluten dairy lactose coeliac celiac
epipen inhaler wheelchair medication medicine meds dietary dyslexic dyslexia anxiety anxious deaf blind absent
cancelled waitlist pending confirmed unpaid consent transport photos register names surname forename email phone
telephone mobile ages total ditto later tomorrow today yesterday week weeks month months usual please asap thanks unsure
ysgol coleg anon anonymous
tel mob probably possibly perhaps remaining attached whole same him them she he they whoever whatever interested coming
ipad ipads iphone iphones ipod laptop laptops macbook imac chromebook smartphone samsung huawei oneplus xiaomi motorola
android desktop tablet tablets webcam galaxy zoom user users admin administrator host cohost organiser organizer vacant
vacancy vacancies unnamed nameless
peanut peanuts nuts needs support behaviour requires reception nursery school academy college church street road avenue
centre hospital library regards hi hello dear sincerely wishes thankyou sent sorry sry soz oops whoops
"""
)
"""In a name of whatever capitals none of these stands."""
DOUBTFUL = words_of(
    """
friend child parent guest more rest boy girl kid baby son nan nana nanny adult other others last all both half na lot
team new old two three four five six seven eight nine ten eleven twelve some any few several another every each no not
yes ok okay maybe student age name list year young me myself us you it her his lady man woman men women guys lads fam
family crew gang monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun
free place places space spaces spare empty slot slots seat seats blank reserved caller device phone computer pixel nokia
kindle guest guests name names
co x xx xxx late early ill sick away off present here there done paid
"""
)
"""Some are called so; alone, or written small, they are hardly a name."""
SMALL_WORDS = words_of(
    """
a an the my his her their our your its some any several as with without from for of at in on to by is are was were be
has have who whose not no or but if when then than this that these those there here it one two three four five six
seven eight nine ten eleven twelve twenty half couple dozen new same other another all both every each only just also
too again before still about around like see last next plus add put invite include register join joined joins left
leaves came comes coming going und et n w nd ac wth ta ty plz tnx back wait actually rather meant mean scrap
ignore correction
"""
)
"""Written small they stand in a sentence, not in a name."""
BEGINNINGS = words_of(
    """
the my his her their our your some several two three four five six seven eight nine ten eleven twelve twenty same
other another all both every each no not see new about around only add please can could many kind
"""
)
"""With these a sentence begins, whatever their capitals."""
EXCEPT = words_of("except excepting excluding excl minus without instead besides unless apart barring nor")
"""Behind these stands somebody who does not come; in a name of whatever capitals they never stand."""
NEVER_FIRST = words_of("the my his her their our your a an some several any every each no not all both same everyone")
"""No name of several words begins with one of these."""
_NICKNAMES = """
william bill billy will willy wills liam | robert bob bobby rob robbie bert | richard dick rick ricky richie | edward
ed eddie ned ted teddy | theodore ted teddy theo | margaret peggy meg maggie madge greta rita | elizabeth liz lizzie
beth betty betsy eliza libby lisa bess ellie | katherine kate katie kath kathy kit kitty katy kay | catherine kate
katie cath cathy kitty cat | john jack johnny jock | james jim jimmy jamie | henry harry hal hank | charles charlie
chuck chas | francis frank frankie fran | frances fran frankie fanny | mary molly polly may mae | sarah sally sadie |
dorothy dot dolly dottie | alexander alex sandy sasha xander alec | alexandra alex sandra sasha lexi | anthony tony
ant | antonia toni | andrew andy drew | michael mike mick mickey mikey | patrick paddy pat | patricia pat patsy trish
tricia | rebecca becky becca | victoria vicky vic tori | susan sue susie | samuel sam sammy | samantha sam sammy |
thomas tom tommy | daniel dan danny | david dave davy dai | joseph joe joey | josephine jo josie | benjamin ben benny
benji | nicholas nick nicky | christopher chris kit topher | christine chris tina | jonathan jon jonny | matthew matt
| philip phil pip | philippa pip pippa | stephen steve | abigail abby gail | isabella bella izzy issy | isabel izzy
belle | penelope penny | deborah debbie deb | jennifer jen jenny | jessica jess jessie | zachary zac zak zach | oliver
ollie olly | olivia liv livvy | eleanor ellie nell nora | helen nell nellie | ann nan nancy annie | frederick fred
freddie | gregory greg | timothy tim | geoffrey geoff | jeffrey jeff | lawrence larry laurie | leonard len lenny |
ronald ron ronnie | donald don | kenneth ken kenny | raymond ray | walter wally walt | albert bert bertie al |
mohammed mo | muhammad mo | gwenllian gwen | myfanwy myf | llywelyn llew | rhiannon rhi | angharad harri | gruffydd
gruff guto griff | gruffudd gruff guto griff | aleksandra ola | caroline caz carrie caro | sharon shaz | terence terry
| theresa terry tess | vincent vince | nathaniel nate nat | natalie nat | florence flo florrie flossie | harriet
hattie | charlotte charlie lottie | amelia millie milly amy | emily em emmy millie | matilda tilly mattie | eugene
gene | augustus gus | angus gus | cynthia cindy | lucy lou | louise lou | louis lou lewie
"""
STANDS_IN = "child|adult|person|participant|pupil|student|attendee|learner"
"""What a careful person writes in place of a name, before a letter."""
NUMBERED = rf"(?:{STANDS_IN}|user|guest|caller|kid|boy|girl|member|device|place|space|phone)"
"""What stands before a number and is nobody's name."""
PARENTS = (
    r"mum|mummy|mam|mom|dad|daddy|mother|father|parents?|carers?|guardian|nan|gran|grandma|grandad|aunt(?:ie)?|uncle|"
    r"foster(?:\s+(?:mum|dad|carer))?|home|work|emergency"
)
"""Whose an address or a number is; never a name beside one."""


def given(name: str) -> bool:
    """Whether a name's first word is a common given name."""
    words = bare(name).split()
    return bool(words) and words[0] in _FIRST


def given_only(name: str) -> bool:
    """Whether a name is one word, a common given name, and hardly anybody's surname."""
    words = bare(name).split()
    return len(words) == 1 and words[0] in _FIRST and words[0] not in _LAST


def _nicknames() -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for group in _NICKNAMES.split("|"):
        words = words_of(group)
        found |= {word: found.get(word, frozenset()) | words for word in words}
    return found


_CALLED = _nicknames()


def nicknames(first_name: str) -> frozenset[str]:
    """What somebody of a given name, bare, may be called, and whom a nickname may name."""
    return _CALLED.get(first_name, frozenset()) - {first_name}
