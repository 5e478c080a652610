"""The words that tell a one-time code from other numbers, in the languages that services write in."""

import re
from typing import Final


def any_of(*expressions: str) -> re.Pattern[str]:
    """Return an expression that finds what one of these finds, in capitals or not."""
    return re.compile("|".join(expressions), re.IGNORECASE)


# Words for a code. Many languages form compounds that end with them.
SECRET: Final = (
    r"(?:cod[ei](?!x)|kód)\w{0,6}\b|(?<!sz)(?<!\b[sšş])(?<!\bde)kod(?!e?ks|iak|la[mn]|owa[nć])\w{0,9}\b"
    r"|(?:passwor[dt]|kennwort|kennzahl|wachtwoord|lösenord|(?-i:TAN))\w{0,2}\b"
    r"|\b(?:[em]?pin(?:u|em|nya|mu|in?(?:iz\w{0,4})?)?|otp(?:nya|mu)?|dac|nip|s?m?tan|smstan|pushtan|2fa|i?token(?:u|em|nya)?|cod|codice"
    r"|c[oó]digo|parola|senha|palavra-passe"
    r"|contrase[nñ]as?|contrassenhas?|claves?|cl@ve|c[oó]digos|c[oó]digu?ito|firma sms|mots? (?:de passe|secret)|mdp|s[eé]same"
    r"|palavra[- ](?:passe|chave)|palabra[- ](?:clave|de paso)"
    r"|parola (?:d['’]ordine|chiave|segreta)|o-?key(?: sms)?|passkey|passphrase|totp|otac|chave (?:m[oó]vel|digital)|losungswort|(?:sicherheits"
    r"|zugangs|einmal)-?(?:schlüssel|kennwort)|coordenada|jeton"
    r"|(?:abhol|liefer|übergabe|zustell|einmal|sms|start|sicherheits|bestätigungs|zugangs|fahrt|login|mobil|entsperr)-?pin"
    r"|(?:geheim|prüf|kontroll|sicherheits|bestätigungs|verifizierungs|freigabe|freischalt|übergabe|zustell)-?(?:zahl|nummer|ziffern?)"
    r"|(?:sms)?has[lł](?:o|a|em|u)(?:sms)?|[sş]ifre\w{0,9}|parola\w{0,6}|parol|(?:kata )?sandi(?:nya"
    r"|mu)?|passwordnya"
    r"|(?:смс)?код(?!екс|иров|ов\w)\w{0,4}|парол\w{1,3}|пин(?![кг])(?:-?код)?\w{0,2}|токен\w{0,2}|mã|mật khẩu|heslo)\b"
    # letters of other scripts may touch a Latin word
    r"|(?<![a-zà-ž])(?:otp|pin|passwor[dt]|code|dac)(?![a-zà-ž])"
    r"|(?:验证|校验|核验|核实|确认|激活|安全|动态|随机|登[录入陆]|授权|认证|一次性|临时|短信|重置|注册|绑定|解[绑锁]|支付|交易|转账|提现|签[约署]"
    r"|取[件货餐单药物车]|提[货取]|收[货件餐]|自提|签收|交[付货]|送[达货]|派送|投递|核销|[上乘还交]车|服务|开工|完工|验收|接单)码"
    r"|(?:驗證|校驗|認證|確認|啟用|安全|動態|登[錄入]|授權|一次性|臨時|[簡短]訊|重[設置]|註冊|綁定|解[綁鎖]|交易|轉[帳賬]"
    r"|取[貨件餐車]|[提領][貨取]|收[貨件]|簽收|交貨|[上乘還]車|服務|完工|驗收)碼"
    r"|密[码碼]|口令|令牌|权杖|驗證號|验证号|(?:验证|校验|確認|驗證)(?:数字|數字|字符|字元)"
    r"|(?:验证|验證|安全|确认|登[录入陆]|所需)的?代码|代[码碼](?=[是为為:：])|(?<![一-鿿])[码碼](?=[是为為:：]|\s?[0-9])|[的个個][码碼](?=[是为為:：]|\s?[0-9])"
    r"|認証コード|確認コード|セキュリティコード|認証番号|暗証番号|パスワード|ワンタイム"
    r"|인증\s?번호|인증\s?코드|확인\s?코드|비밀\s?번호"
    r"|رمز|كود|کد|كلم[ةه] ?(?:ال)?(?:مرور|سر|تحقق|تفعيل|دخول|مؤقت)|باسوورد|باسو?رد|باسويرد|باس كود|[أا]و ?تي ?بي|ش[يـ]?فر[ةه]|قن سري|القن السري"
    r"|النمر[ةه] السري[ةه]|توكن|\bبن كود"
    r"|رقم (?:ال)?(?:تحقق|ت[أا]كيد|تفعيل|سر[يى]|مؤقت|توثيق|تفويض|مصادق[ةه]|[إا]ثبات|[أا]مان|دخول|فتح|تسليم|[إا]ستلام|تعريف (?:ال)?شخصي)"
    r"|الرقم (?:السر[يى]|المؤقت)"
    r"|קוד|סיסמ[אה]"
    r"|कोड|कूट(?! रच)|ओ[ .]?टी[ .]?पी|ओटिपी|पास ?व[र्ड]{2,3}|पास्वर्ड|पासकोड|पिन|डीएसी|(?:गुप्त|सत्यापन|वेरिफिकेशन|पुष्टि) (?:अंक|नंबर|संख्या)"
    r"|\b(?:gupt|verification|secret) (?:ank|number|nambar)|কোড|ওটিপি"
    r"|รหัส(?! ?อ้างอิง)|โค[๊้็]?ดส?|โค็ด|พิน(?![ิั])|พาส ?เวิร์[ดต]|พาส ?โค้ด|โอทีพี|โทเค[็]?น"
    r"|(?:เลข|หมายเลข)(?:ที่)?(?:ยืนยัน|ลับ|ปลดล็อ[กค]|ถอน|เริ่ม|จบงาน|ปิดงาน|ส่งมอบ|รับ|เปิด)"
)
# Words for a number, and for another thing to type, that may be a code.
_NUMBER: Final = (
    r"(?:\b(?:number|digits|key|zahl(?:en(?:folge|reihe|kombination)?)?|nummer|ziffern(?:folge)?|schlüssel|numero|número|chiave|numbers|numeros"
    r"|números"
    r"|numeri(?:no|ni)|numerit[oa]s?|numerinhos?|numerozinhos?|numeri|cifre|cifras|d[ií]gitos|algarismos|llave|num[eé]ros?|nombre|combination"
    r"|sequence|combinazione|sequenza|combinaci[oó]n"
    r"|combina[cç][aã]o|sequ[eê]ncia|combinaison|suite|characters|caratteri|caract[eè]res|zeichen|chiffres|cl[eé]|chave|liczb[aęy]|numer|cyf(?:r"
    r"|er)\w*|znaki|klucz|say[ıi]|rakam\w*|anahtar\w*|цифр\w*|циф[еи]рк\w*|символ\w*|комбинаци\w"
    r"|число|номер|ключ"
    r"|angka\w*|nomor\w*)\b|अंक|नंबर|नम्बर|संख्या|ตัวเลข|หมายเลข|เลข|[أا]رقام|رقم|数字|數字|号码|號碼|字符|字元|[四五六八4568] ?位[数數])"
)
_ONCE: Final = (
    r"(?:\b(?:one[- ]time|one-off|single[- ]use|temporary|einmal\w*|temporär\w*|monouso|temporane[oa]|un solo uso|temporal"
    r"|[uú]nic[oa]|usage unique|temporaire|[eé]ph[eé]m[eè]re|descart[aá]vel|tempor[aá]ri[oa]|tek kullan[ıi]m\w*|geçici"
    r"|gecici|одноразов\w*|временн\w*|проверочн\w*|секретн\w*|jednoraz\w*|jednokrotn\w*|tymczasow\w*|weryfikacyjn\w*|tek seferlik|do[gğ]rulama"
    r"|g[uü]venlik|sekali pakai|sementara|verifikasi|keamanan|rahasia|seguran[cç]a(?! social)|seguridad(?! social)"
    r"|s[eé]curit[eé](?! soc)|sicurezza|verification|v[eé]rification|verifica|verificaci[oó]n|verifica[cç][aã]o|provvisori[oa]|provisoire"
    r"|provisional|provis[oó]ri[oa]|segret[oa]|secret[ao]?"
    r"|geheim\w*|vorübergehend\w*|desechable|jetable|usa e getta|throwaway|disposable)\b"
    r"|वन[ -]?टाइम|एक बार|अस्थायी|ครั้งเดียว|ชั่วคราว|لمر[ةه] واحد[ةه]|المؤقت|一次性|临时|臨時)"
)
_RECEIVED: Final = (
    r"(?:\b(?:sms|text|mess\w{2,5}|mensaje|wiadomo\w+|sms\w{1,3}|esemes\w*|смс\w*|эсэмэс\w*|sms'?\w{1,3}|got|received|texted|sent|came|arrived"
    r"|gekommen|geschickt|bekommen|erhalten|kam(?:en)?|angekommen|reingekommen|nachricht"
    r"|arrivat\w|ricevut\w|mandat[oaie]|inviat\w|lleg\w+|recib\w+|mand(?:aron|ó|ado)|enviaron|reçus?|recu|arriv[eé]e?s?|envoy[eé]e?s?|chegou"
    r"|chegaram|recebi|recebeu|mandaram|enviaram|veio|vieram|przysz\w+|przys[lł]a\w+|dosta\w+|gelen|g[oö]nderilen|приш\w+|прислал\w*|dikirim"
    r"|diterima)\b"
    r"|आया|आयी|आई|आए|मिला|मैसेज|ได้รับ|เข้า|ข้อความ|เด้ง|[إا]?ج(?:ال[كي]|اك|اني)|وصل\w*|طلعل?[كي]|بع[تث]ل[كي]|رسال[ةه]|مسج|收到|短信|[簡短]訊|发来|發來|發過來"
    r"|发过来)"
)
_SIX_SPOKEN: Final = r"(?=(?:[0-9]{3}[ -]?[0-9]{3}|[0-9]{2} [0-9]{2} [0-9]{2}|(?:[0-9] ){5}[0-9])(?<!00)(?! ?[0-9]))"
_SIX_DIGITS: Final = r"(?=[0-9]{3}[ -]?[0-9]{3}(?<!00)(?![0-9]))"
CODE: Final = any_of(
    SECRET,
    # a number or a key for once
    rf"{_NUMBER}[^.\d\n]{{0,20}}{_ONCE}",
    rf"{_ONCE}[^.\d\n]{{0,12}}{_NUMBER}",
    # a key to sign in
    r"\b(?:cl[eé]|chave|chiave|llave) (?:di |de |d'|d’)?(?:s[ei]c?g?ur\w+|acc\w+|acess\w+|verif\w+|confirm\w+)",
    # the number that came in a text
    rf"{_NUMBER}[^.\d\n]{{1,20}}{_RECEIVED}",
    # the digits that are read out, or are handed over
    r"\b(?:digits|numbers|numeri|numerini|cifre|chiffres|num[eé]ros|numeritos?|n[uú]meros|d[ií]gitos|cifras|algarismos|ziffern"
    r"|zahlen)(?: \w{1,8})?,? (?:are|sono|sont|son|são|sind|es|é|waren)[ :]{1,2}"
    + _SIX_SPOKEN,
    r"\b(?:here (?:it is|you go|ya go|they are)|eccol[oiae]|ecco(?: qua)?|voil[aà]|tiens|aqu[ií] (?:est[aá]n?|va|vai|tienes|tens|tem)|a[ií] (?:va"
    r"|vai|est[aá])|toma|segue|hier(?: ist (?:sie|er|es)| sind sie)?|da ist (?:sie|er|es))[ ,:.!]{1,3}"
    + _SIX_SPOKEN,
    rf"{_RECEIVED}(?! (?:na|to|al?|ke|para|на|an|au|sul|ao|aos|no|from|von|da|dal|du|del|de)\b)[^.\d\n]{{1,10}}{_NUMBER}",
    r"短信里的?[号数]|(?:รับ|เปิด)เลข|[开開][箱柜]码|取[货件]号",
    r"(?:abhol|liefer)nummer|num\w{1,4} (?:odbioru|di ritiro|de (?:recogida|retrait|retirada|levantamento))|номер (?:получения|выдачи)",
    r"\bblik:?(?= [0-9]{3} ?[0-9]{3}\b)",
    # a number that is handed over, or that a device shows and that is to be typed
    r"(?:\b(?:ye|yeh|yah) (?:lo|le|lijiye|ra?ha)|(?:ये|यह|यही) (?:लो|ले|लीजिए|रहा)|给你|給你|拿去|喏)[，, :：]{0,2}(?=[0-9]{6}(?![0-9]))",
    r"(?:ข้อความ|sms|เอสเอ็มเอส)[^\d.\n]{0,25}(?:ว่า|คือ)\s?(?=[0-9])",
    r"(?:ขึ้น|เด้ง|ได้)(?:มา|เลข)?(?:ว่า)?\s?(?=[0-9][0-9 -]{3,9}\s?(?:กด|ใส่|กรอก|พิมพ์)(?:เลย|ไป|ได้|ด่วน))",
    # a number of six digits that came, and looks like no amount
    r"\b(?:przysz[łl]\w|przys[łl]a[łl]\w?|пришл[оаи]|приш[её]л|прислал[аи]?|(?:mesaj|sms|kod)\w? (?:geldi|d[uü][sş]t[uü])|sms (?:masuk|isinya)"
    r"|(?:masuk|dapet|dapat|ada) sms)"
    r"(?:,|:| (?:mi|ci|tu|sms\w*|esemes\w*|мне|тебе|тут|вот|смс\w*|bana|sana"
    r"|isinya)\b){0,3} ?(?=[0-9]{3}[ -]?[0-9]{3}(?![0-9]))(?![0-9]{3}[ -]?[0-9][05]0)",
    # digits that are asked for, or are counted
    r"\b(?<!последние )(?<!последних )(?<!ostatnie )(?<!son )[4568] (?:цифр\w*|циф[еи]рк\w*|cyfr\w*|cyfer\w*|(?:digit )?angka|haneli (?:say[ıi]"
    r"|rakam|numara)\w*)"
    r"(?! (?:terakhir|ostatni|номера|карты|телефона|numeru|karty|nomor))"
    r"|(?:podaj|powiedz|podyktuj|prze[sś]lij|wy[sś]lij|przepisz|skinij|rzu[cć]) (?:\w{2,4} ){0,2}(?:cyfry|cyferki|cyferek)\b(?! (?:z|ze|za"
    r"|o) (?!sms|esem))"
    r"|\b(?:скинь|пришли|перешли|отправь|продиктуй|скажи|назови|напиши)(?:те)? (?:\w{2,5} ){0,2}(?:цифр\w*|циф[еи]рк\w*)(?! (?:по|за|со?|для|о) )"
    r"|\b(?:rakam|say[ıi])lar\w* (?:\w{2,5} )?(?:s[oö]yle|yaz|at|g[oö]nder|oku|ilet)\w*"
    r"|\b(?:kirim\w*|minta|sebut\w*|baca\w*|bilang\w*|kasih(?: ta[hu]u?)?|fotoin) (?:\w{2,5} )?angka\w*(?! (?:penjualan|stok|meter))",
    # what came, and is read out
    r"\b(?:sms|mess\w{2,6}|mensaje|mensagem|nachricht|text|texto|msg|notif\w{3,9}|meldung)\b[^.\d\n]{0,45}"
    r"\b(?:says?|saying|reads|with|con|che dice|dice|pone|diz|dizendo|escrito|avec|dit|disant|steht|mit|drin|drauf)(?: (?:ein\w{0,2}|el|il|le|o|un"
    r"|a|the))?[ ,:'\"-]{1,3}" + _SIX_SPOKEN,
    r"\b(?:(?:it|he|she|text|bank|screen|phone)(?: just)? (?:says?|said|reads)(?: it['’]?s| that)?|(?:it|mine|one"
    r"|they)(?:['’]s)? (?:just )?(?:came|arrived|popped up|come|got)(?: \w{2,8}){0,3}"
    r"|(?:es|sie|er|ich hab\w?|ist)? ?(?:gekommen|angekommen|bekommen|kam(?:en)?(?: (?:an|rein|gerade|per|sms|eben|grad|hier|jetzt|bei|mir)){0,4})"
    r"|da steht|(?:mi|ti|gli|m['’]|è) ?(?:dice|è"
    r"|e['’])? ?(?:dice|arrivat[oa]|uscit[oa])"
    r"|(?:ça|ca|il|elle) (?:dit|marque|affiche)|j['’]ai re[çc]u|c['’]est (?:bien )?(?:le|la)?|(?:me|te|le|ya)? ?(?:lleg[oó]|ha llegado|sali[oó]"
    r"|aparece)|dice(?: que es)?(?: [A-Z]\w{2,12}){0,2}|pone"
    r"|chegou(?: (?:sim|aqui|agora)){0,2}|veio|apareceu|(?:diz|fala|t[aá] escrito)(?: aqui)?)[ ,:.—–-]{1,3}(?:(?:it's|es|è|é|est)(?: el| le| o)? )?"
    + _SIX_SPOKEN,
    r"\b(?:is it|it['’]?s|é|es|è|c['’]est(?: bien)?(?: le)?|ist es|sind es) (?=[0-9]{3} ?[0-9]{3}(?<!00) ?(?:\?|,? ?(?:né|right|verdad|giusto|vero"
    r"|oder|hein|certo|ja)\b))",
    # how many digits it has
    r"\b(?:[4-8]|four|five|six|eight|vier|fünf|sechs|acht|quattro|cinque|sei|otto|quatre|cinq|huit|cuatro|cinco|seis|ocho|quatro"
    r"|oito)[ -]?(?:digits?|stellig\w{0,2}|cifre|chiffres|d[ií]gitos|n[uú]meros|numeri|numeritos|algarismos|ziffern|zahlen|numbers)\b"
    r"(?:[ -](?:number|zahl|nummer|pin|code))?",
    rf"(?:收到|短信|[簡短]訊|[发發](?:过|過)?[来來])(?:[^0-9.。\n]{{0,10}}[是为為:：]|[了个個]{{0,2}})\s?{_SIX_DIGITS}"
    rf"|(?:[468] ?(?:หลัก|ตัว(?!ท้าย)|अंकों?|[أا]رقام|خانات|位[数數]?)|[四五六八] ?位[数數])[^0-9.。\n]{{0,12}}{_SIX_DIGITS}",
    rf"(?:ส่งมา|เข้ามา|เด้งมา|ขึ้นมา)(?:ให้)?(?:ว่า|คือ|เป็น)\s?{_SIX_DIGITS}",
    rf"\b(?:[إا]?ج(?:اني|اك|ال[يك])|وصلن?[يك]|طلعل?[يك]|طلع لي|بعتو?لي)(?: \w{{1,10}}){{0,2}}[ :]{_SIX_DIGITS}",
    rf"(?:\b(?:aa?ya|mila|likha)|आया|मिला|लिखा)(?: hai| है)?[ :,-]{{1,3}}{_SIX_DIGITS}",
    r"(?:(?<=[0-9]{6})|(?<=[0-9]{3}[ -][0-9]{3}))\s?(?:(?:กรอก|ใส่|กด|พิมพ์)(?:ได้)?เลย|aa?ya\b|mila\b|आया|मिला)",
    # what a parcel is picked up with
    r"[凭憑](?=[^。\n]{0,20}[取领領提])",
)

# A code for a parcel is not the number of the parcel.
CODE_FOR: Final = re.compile(
    rf"(?:{SECRET})[^.\d\n:]{{0,15}}\b(?:for|to|per|para|pour|für|fuer|zu|zum|zur|do|için|для|untuk)\b[^.\d\n:]{{0,40}}\s?:\s?$"
    rf"|\b(?:this|these|following|diese[nrs]?|folgende[nr]?|este|estos|esta|estes|siguiente|seguinte|quest[oaie]|seguente|ce|cet|cette|ces|suivant) (?:\w{{1,12}} )?(?:{SECRET}|{_NUMBER})"
    r"[^.\d\n:]{0,60}\s?:\s?$"
    r"|\b(?:kod|pin|has[łl]o) (?:odbioru|potwierdzenia|wydania|dor[eę]czenia|dostawy) (?:zam[oó]wienia|przesy[łl]ki|paczki)\s?$"
    r"|\b(?:код|пин-?код|пин) (?:подтверждения|получения|выдачи|доставки|вручения) (?:заказа|посылки|отправления)\s?$"
    r"|\b(?:kode|pin) (?:pengambilan|konfirmasi|penerimaan|serah terima|pengantaran) (?:pesanan|paket|barang)\s?$"
    r"|(?:رمز|كود|كلم[ةه] سر) (?:ال)?(?:تفعيل|ت[أا]كيد|تحقق|تسجيل|دخول|استرداد|استعاد[ةه]|ربط|توثيق|تسليم|[إا]ستلام|فتح|[إا]لغاء"
    r"|حجز)[^.،:\d\n]{0,20}\s?:?\s?$"
    r"|(?:รหัส|otp|โอทีพี|พาสเวิร์ด) ?(?:สำหรับ|เพื่อ)?(?:รับ|ยืนยัน|เปิด|ปลดล็อ[กค]|เข้า|ส่งมอบ|ถอน|ผูก|สมัคร|ลงทะเบียน|จอง|เพิ่ม|โอน|ชำระ"
    r"|ซื้อ)[^.:\d\n ]{0,20}\s?:?\s?$",
    re.IGNORECASE,
)
# The sign that shows a number at once.
INTRODUCED: Final = re.compile(
    r"(?:[:：=]|[-=]>|[➡👉⇒▶]\ufe0f?|\b(?:is|is it|it['’]s|are|è|e'|sono|es|son|est|sont|c['’]est(?: le)?|ist|sind|lautet|heißt|é|são|e|to|brzmi"
    r"|это|такой|adalah|yaitu|ialah|yakni|ini)|है|\bhai|คือ|ว่า|(?:\b(?:اي|[أا]يو[هة]|نعم"
    r"|تفضلي?|هاك|خذي?|haa?n)|हाँ|हां|ใช่|นี่(?:ค่ะ|ครับ)?|嗯|给)[،,，]?|هو|هي|是|[为為係]|→)[\s\"'«“„(\[「]{0,3}$",
    re.IGNORECASE,
)
# A number of two or three digits that is called a code at once.
CALLED_CODE: Final = re.compile(
    rf"(?:{SECRET}|\b(?:number|nummer|zahl|ziffern|digits|numero|número|numeri|números|cifre|cifras|d[ií]gitos|num[eé]ro|chiffres)\b)"
    r"\s?(?:[:：=]|\b(?:is|ist|lautet|è|es|é|est)\b)?\s?[\"'«“„(\[]?$",
    re.IGNORECASE,
)
# A code that is called one in so many words, whatever else the text speaks of.
SURE: Final = re.compile(
    rf"(?:{_ONCE}|\b(?:verif|vérif|confirm|conferm|bestätig|securi|sicherheit|log-?in|sign-?in|an?meld|acc[eè]s|acess|auth?ent"
    rf"|otp)\w*)[^.\d\n]{{0,15}}(?:{SECRET})"
    rf"[^.\d\n]{{0,15}}(?:[:：=]|\b(?:is|ist|lautet|è|es|é|est)\b)\s?[\"'«“„(\[]?$"
    rf"|(?:\botp\b)\s?(?:[:：=]|is|ist|è|es|é|est)\s?$"
    r"|(?:(?:验证|校验|动态|登录|驗證|認證|校驗)[码碼]|动态密码)\s?[:：是为為]?\s?$"
    r"|(?:otp|โอทีพี|รหัสยืนยัน|ครั้งเดียว)[^.\d\n]{0,12}(?:คือ|[:=])\s?$|(?:ओटीपी|सत्यापन कोड|\botp)(?: है| hai)?\s?[:-]?\s?$"
    r"|(?:رمز|كود) (?:ال)?(?:تحقق|تفعيل|دخول|ت[أا]كيد)[^.\d\n]{0,15}(?:هو|:)\s?$",
    re.IGNORECASE,
)
