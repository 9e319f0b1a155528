{# The sites that Google counts as search, social, video and shopping: the "source categories" table of
   https://support.google.com/analytics/answer/9756891 (819 names, read in 2026). `name*` stands for two of
   its rows, `name` and `name.com`. Google changes the table now and then; a company's own rules go first. #}

{% macro ga4_search_sites() -%}
{{ return(spelt_out("
360.cn alice aol ask auone avg babylon baidu m.baidu.com biglobe biglobe.co.jp biglobe.ne.jp bing cn.bing.com
centrum.cz cnn comcast conduit cse.google.com daum daum.net dogpile* duckduckgo ecosia.org email.seznam.cz eniro
exalead.com excite.com firmy.cz globo go.mail.ru google* google-play googlemybusiness incredimail kvasir
lite.qwant.com lycos m.naver.com m.search.naver.com m.sogou.com mail.google.com mail.rambler.ru mail.yandex.ru
msn* najdi naver* news.google.com ntp.msn.com onet onet.pl qwant* rakuten rakuten.co.jp rambler rambler.ru
search-results search.aol.co.uk search.aol.com search.google.com search.smt.docomo.ne.jp search.ukr.net
secureurl.ukr.net seznam seznam.cz so.com sogou* sp-web.search.auone.jp startsiden startsiden.no suche.aol.de
terra tut.by ukr virgilio wap.sogou.com webmaster.yandex.ru websearch.rakuten.co.jp yahoo* yahoo.co.jp
ar.search.yahoo.com at.search.yahoo.com au.search.yahoo.com br.search.yahoo.com ca.search.yahoo.com
ch.search.yahoo.com cl.search.yahoo.com co.search.yahoo.com de.search.yahoo.com dk.search.yahoo.com
es.search.yahoo.com espanol.search.yahoo.com fi.search.yahoo.com fr.search.yahoo.com hk.search.yahoo.com
id.search.yahoo.com in.search.yahoo.com it.search.yahoo.com malaysia.search.yahoo.com mx.search.yahoo.com
nl.search.yahoo.com no.search.yahoo.com nz.search.yahoo.com pe.search.yahoo.com ph.search.yahoo.com
pl.search.yahoo.com se.search.yahoo.com sg.search.yahoo.com th.search.yahoo.com tr.search.yahoo.com
tw.search.yahoo.com uk.search.yahoo.com us.search.yahoo.com vn.search.yahoo.com za.search.yahoo.com
yandex* yandex.by yandex.com.tr yandex.fr yandex.kz yandex.ru yandex.ua yandex.uz zen.yandex.ru
")) }}
{%- endmacro %}

{% macro ga4_shopping_sites() -%}
{{ return(spelt_out("
igshopping aax-us-east.amazon-adsystem.com aax.amazon-adsystem.com alibaba* m.alibaba.com message.alibaba.com
offer.alibaba.com amazon* amazon.co.uk s3.amazonaws.com apps.shopify.com checkout.shopify.com
partners.shopify.com shopify* checkout.stripe.com stripe* ebay* ebay.co.uk ebay.com.au ebay.de etsy*
mercadolibre* mercadolibre.com.ar mercadolibre.com.mx cr.shopping.naver.com cr2.shopping.naver.com
m.shopping.naver.com msearch.shopping.naver.com shopping.naver.com nl.shopping.net no.shopping.net
se.shopping.net uk.shopping.net one.walmart.com walmart* order.shopping.yahoo.co.jp shopping.yahoo.co.jp
shopping.yahoo.com store.shopping.yahoo.co.jp shop.app shopzilla* simplycodes.com
") + ["google shopping"]) }}
{%- endmacro %}

{% macro ga4_video_sites() -%}
{{ return(spelt_out("
blog.twitch.tv dashboard.twitch.tv id.twitch.tv m.twitch.tv player.twitch.tv twitch twitch.tv crackle*
curiositystream* d.tube dailymotion* disneyplus* fast.wistia.net wistia* help.hulu.com hulu* help.netflix.com
jobs.netflix.com netflix* iq.com iqiyi* justin.tv m.youtube.com music.youtube.com youtube* player.vimeo.com
vimeo* ted* utreon* veoh* viadeo.journaldunet.com youku*
")) }}
{%- endmacro %}

{% macro ga4_social_sites() -%}
{{ return(spelt_out("
43things* 51.com 5ch.net hatena b.hatena.ne.jp d.hatena.ne.jp imageshack imageshack.com imageshack.us
academia.edu activerain* activeworlds* addthis* airg.ca allnurses.com allrecipes.com alumniclass* ameba.jp
ameblo.jp americantowns* amp.reddit.com ancestry.com anobii* answerbag* answers.yahoo.com aolanswers*
apps.facebook.com artstation.com askubuntu* asmallworld.com athlinks* away.vk.com awe.sm baby-gaga* babyblog.ru
badoo* bebo* beforeitsnews* bharatstudent* biip.no biswap.org bit.ly blackcareernetwork.com blackplanet*
blip.fm blog.com blog.feedspot.com blog.goo.ne.jp blog.naver.com blog.yahoo.co.jp blogg.no bloggang.com
blogger* blogher* bloglines* blogs.com blogsome* blogspot* blogster* blurtit* bookmarks.yahoo.co.jp
bookmarks.yahoo.com brightkite* brizzly* business.facebook.com buzzfeed* buzznet* cafe.naver.com cafemom*
camospace* canalblog.com care.com care2* caringbridge.org catster* cbnt.io cellufun* centerblog.net
chat.zalo.me chegg.com chicagonow* chiebukuro.yahoo.co.jp classmates* classquest* cocolog-nifty*
copainsdavant.linternaute.com couchsurfing.org cozycot* cross.tv crunchyroll* cyworld* dailystrength.org
deluxe.com deviantart* dianping* digg* diigo* discover.hubpages.com disqus* dogster* dol2day* doostang*
dopplr* douban* draft.blogger.com draugiem.lv drugs-forum* dzone* edublogs.org elftown* epicurious.com
everforo.com exblog.jp extole* facebook* faceparty* fandom.com fanpop* fark* fb fb.me fc2* feedspot
feministing* filmaffinity* flickr* flipboard* folkdirect* foodservice* forums.androidcentral.com
forums.crackberry.com forums.imore.com forums.nexopia.com forums.webosnation.com forums.wpcentral.com fotki*
fotolog* foursquare* free.facebook.com friendfeed* fruehstueckstreff.org fubar* gaiaonline* gamerdna*
gather.com geni.com getpocket.com glassboard* glassdoor* godtube* goldenline.pl goldstar* goo.gl gooblog
goodreads* google+ googlegroups.com googleplus govloop* gowalla* gree.jp groups.google.com gulli.com
gutefrage.net habbo* hi5* hootsuite* houzz* hoverspot* hr.com hubculture* hubpages.com hyves.net hyves.nl
ibibo* identi.ca ig imvu* insanejournal* instagram* instapaper* internations.org interpals.net intherooms*
irc-galleria.net is.gd italki* jammerdirect* jappy.com jappy.de kaboodle.com kakao* kakaocorp.com kaneva*
kin.naver.com l.facebook.com l.instagram.com l.messenger.com last.fm librarything* lifestream.aol.com line
line.me linkedin* listal* listography* livedoor.com livedoorblog livejournal* lm.facebook.com lnkd.in
m.blog.naver.com m.cafe.naver.com m.facebook.com m.kin.naver.com m.vk.com m.yelp.com mbga.jp medium.com
meetin.org meetup* meinvz.net meneame.net menuism.com messages.google.com messages.yahoo.co.jp messenger*
mix.com mixi.jp mobile.facebook.com mocospace* mouthshut* movabletype* mubi* my.opera.com myanimelist.net
myheritage* mylife* mymodernmet* myspace* netvibes* news.ycombinator.com newsshowcase nexopia ngopost.org
niconico nicovideo.jp nightlifelink* ning* odnoklassniki.ru odnoklassniki.ua okwave.jp old.reddit.com
oneworldgroup.org onstartups* opendiary* oshiete.goo.ne.jp out.reddit.com over-blog.com overblog.com paper.li
partyflock.nl photobucket* pinboard pinboard.in pingsta* pinterest* pinterest.at pinterest.ca pinterest.ch
pinterest.cl pinterest.co.kr pinterest.co.uk pinterest.com.au pinterest.com.mx pinterest.de pinterest.es
pinterest.fr pinterest.it pinterest.jp pinterest.nz pinterest.ph pinterest.pt pinterest.ru pinterest.se
ar.pinterest.com br.pinterest.com co.pinterest.com cz.pinterest.com hu.pinterest.com id.pinterest.com
in.pinterest.com nl.pinterest.com pl.pinterest.com tr.pinterest.com za.pinterest.com pixiv.net playahead.se
plurk* plus.google.com plus.url.google.com pocket.co posterous* pro.homeadvisor.com pulse.yahoo.com qapacity*
quechup* quora* qzone.qq.com ravelry* reddit* redux* renren* researchgate.net reunion* reverbnation* rtl.de
ryze* salespider* scoop.it screenrant* scribd* scvngr* secondlife* serverfault* shareit sharethis* shvoong.com
sites.google.com skype skyrock* slashdot.org slideshare.net smartnews.com snapchat* sociallife.com.br
socialvibe* spaces.live.com spoke* spruz* ssense.com stackapps* stackexchange* stackoverflow* stardoll.com
stickam* studivz.net suomi24.fi superuser* sweeva* t.co t.me tagged* taggedmail* talkbiznow* taringa.net
techmeme* tencent* tiktok* tinyurl* toolbox* touch.facebook.com travellerspoint* tripadvisor* trombi* tudou*
tuenti* tumblr* tweetdeck* twitter* twoo.com typepad* unblog.fr urbanspoon.com ushareit.com ushi.cn
vampirefreaks* vampirerave* vg.no video.ibm.com vk.com vkontakte.ru wakoopa* wattpad* web.facebook.com
web.skype.com webshots* wechat* weebly* weibo* wer-weiss-was.de weread* whatsapp* wiki.answers.com wikihow.com
wikitravel.org woot.com wordpress* wordpress.org xanga* xing* yahoo-mbga.jp yammer* yelp* yelp.co.uk youroom.in
zalo zoo.gr zooppa*
")) }}
{%- endmacro %}

{% macro spelt_out(names) -%}
    {%- set sites = [] -%}
    {%- for name in names.split() -%}
        {%- do sites.append(name | replace('*', '')) -%}
        {%- if name.endswith('*') -%}{%- do sites.append(name | replace('*', '.com')) -%}{%- endif -%}
    {%- endfor -%}
    {{ return(sites) }}
{%- endmacro %}
