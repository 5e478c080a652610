"""The words that tell a one-time code from other numbers, in the languages that services write in."""

import re
from typing import Final


def any_of(*expressions: str) -> re.Pattern[str]:
    """Return an expression that finds what one of these finds, in capitals or not."""
    return re.compile("|".join(expressions), re.IGNORECASE)


# Words for a code. Many languages form compounds that end with them.
_SECRET: Final = (
    r"(?:cod[ei](?!x)|kod[ei]?(?!ks)|kód)\w{0,6}\b"
    r"|(?:passwor[dt]|kennwort|kennzahl|wachtwoord|lösenord|(?-i:TAN))\w{0,2}\b"
    r"|\b(?:e?pin|otp|dac|nip|s?m?tan|smstan|pushtan|2fa|i?token|cod|codice|c[oó]digo|parola|senha|palavra-passe"
    r"|contrase[nñ]a|clave|firma sms|mot de passe|has[lł][oa]|[sş]ifre\w{0,9}|parola\w{0,6}|parol|(?:kata )?sandi"
    r"|код(?!екс)\w{0,3}|парол\w{1,3}|пин(?:-?код)?\w{0,2}|mã|mật khẩu|heslo)\b"
    r"|验证码|校验码|确认码|激活码|安全码|动态码|登录码|授权码|取[件货餐]码|提[货取]码|收货码|核销码|密码|口令|驗證碼|校驗碼|認證碼|確認碼|啟用碼|安全碼"
    r"|動態碼|密碼|取[貨件]碼"
    r"|認証コード|確認コード|セキュリティコード|認証番号|暗証番号|パスワード|ワンタイム"
    r"|인증\s?번호|인증\s?코드|확인\s?코드|비밀\s?번호"
    r"|رمز|كود|کد|كلمة (?:ال)?مرور|كلمة (?:ال)?سر|باسوورد|باسورد|[أا]و ?تي ?بي|رقم (?:ال)?(?:تحقق|تأكيد|تفعيل|سري)|الرقم السري"
    r"|קוד|סיסמ[אה]"
    r"|कोड|ओटीपी|ओ\.टी\.पी|पासवर्ड|पासकोड|पिन|কোড|ওটিপি"
    r"|รหัส|โค้ด|พิน"
)
# Words for a number, and for another thing to type, that may be a code.
_NUMBER: Final = (
    r"(?:\b(?:number|digits|key|zahl|nummer|ziffern|schlüssel|numero|número|chiave|numbers|numeros|números|numeri|cifre|cifras|llave|num[eé]ro"
    r"|chiffres|cl[eé]|chave|liczb[aęy]|numer|cyfr[y]?|klucz|say[ıi]|rakam\w*|anahtar\w*|цифр\w*|число|номер|ключ"
    r"|angka\w*|nomor\w*)\b|अंक|नंबर|संख्या|ตัวเลข|หมายเลข|เลข|[أا]رقام|رقم|数字|數字|号码|號碼|字符)"
)
_ONCE: Final = (
    r"(?:\b(?:one[- ]time|one-off|single[- ]use|temporary|einmal\w*|temporär\w*|monouso|temporane[oa]|un solo uso|temporal"
    r"|[uú]nic[oa]|usage unique|temporaire|[eé]ph[eé]m[eè]re|descart[aá]vel|tempor[aá]ri[oa]|tek kullan[ıi]m\w*|geçici"
    r"|gecici|одноразов\w*|временн\w*|jednoraz\w*|tymczasow\w*|sekali pakai|sementara|seguran[cç]a|seguridad"
    r"|s[eé]curit[eé]|sicurezza)\b"
    r"|वन ?टाइम|अस्थायी|ครั้งเดียว|ชั่วคราว|لمرة واحدة|المؤقت|一次性|临时|臨時)"
)
_RECEIVED: Final = (
    r"(?:\b(?:sms|text|mess\w{2,5}|mensaje|wiadomo\w+|смс\w*|эсэмэс\w*|sms'?\w{1,3}|got|received|texted|gekommen|geschickt"
    r"|arrivat\w|lleg\w+|reçus?|recu|chegou|chegaram|przysz\w+|dosta\w+|gelen|приш\w+)\b"
    r"|आया|आए|ได้รับ|เข้า|ข้อความ|جالك|جاك|وصل\w*|رسالة|收到|短信|发来)"
)
CODE: Final = any_of(
    _SECRET,
    # a number or a key for once
    rf"{_NUMBER}[^.\d\n]{{0,20}}{_ONCE}",
    rf"{_ONCE}[^.\d\n]{{0,12}}{_NUMBER}",
    # a key to sign in
    r"\b(?:cl[eé]|chave|chiave|llave) (?:di |de |d'|d’)?(?:s[ei]c?g?ur\w+|acc\w+|acess\w+|verif\w+|confirm\w+)",
    # the number that came in a text
    rf"{_NUMBER}[^.\d\n]{{3,20}}{_RECEIVED}",
    rf"{_RECEIVED}(?! (?:na|to|al?|ke|para|на|an|au)\b)[^.\d\n]{{1,10}}{_NUMBER}",
    r"短信里的?[号数]|(?:รับ|เปิด)เลข|เลขรับ|رقم الاستلام|[开開][箱柜]码|取[货件]号",
    r"(?:abhol|liefer)nummer|num\w{1,4} (?:odbioru|di ritiro|de (?:recogida|retrait|retirada|levantamento))|номер (?:получения|выдачи)",
    r"\bblik:?(?= [0-9]{3} ?[0-9]{3}\b)",
    # what a parcel is picked up with
    r"[凭憑](?=[^。\n]{0,20}[取领領提])",
)

# What stands with such a word when it opens a door or a network, or does not work.
_OTHER_LOCK: Final = (
    r"(?:\b(?:gate|garage\w*|garaje|garagem|garaż\w*|garaj\w*|garasi|гараж\w*|cochera|safe|lock ?box|key ?box|padlock|alarm\w*|tresor|schloss|treppenhaus|cassaforte|lucchetto|allarme|caja fuerte|candado|coffre|cadenas|cofre|cadeado|sejf\w*|kłódk\w+|kasa|kilit\w*|сейф\w*|замк\w+|сигнализ\w+|brankas|(?:front|back|main|entry)[ -]?door|building|entrance|haus ?tür\w*|tür|tor|fürs tor|eingang\w*|cancell\w+|porton\w*"
    r"|portal|port[oó]n|edificio|portail|immeuble|digicode|port[aã]o|pr[eé]dio|condom[ií]nio|furt\w+|bram\w+|klatk\w+|domofon\w*"
    r"|kap[ıi](?:n[ıi]n|s[ıi])?|apartman\w*|bina|подъезд\w*|домофон\w*|калитк\w+|ворот\w*|gembok|pintu|pagar|gerbang)\b"
    r"|गेट|दरवाज़?े|ताले|तिजोरी|ประตู|รั้ว|ตู้เซฟ|خزنة|قفل|جراج|保险[箱柜]|车库|باب|بوابة|العمارة)"
)
_FAULT: Final = (
    r"(?:\b(?:error|fault|erreur|fehler|errore|erro|b[lł][eę]d\w{0,2}|hata|ошибк\w|kesalahan)\b"
    r"|एरर|त्रुटि|ข้อผิดพลาด|خطأ|错误|錯誤|故障)"
)
_NETWORK: Final = r"(?:\b(?:wi-?fi|wlan|hotspot|вай-?фа\w+|internetin)\b|वाई-?फाई|ไวไฟ|واي ?فاي|无线|無線)"
_DEFECT: Final = (
    r"(?:(?:has |is |est |è |ha |ist |já |ya )?(?:expired|broken|not work\w*|doesn'?t work|abgelaufen|kaputt|scadut\w|rott\w"
    r"|caducado|expirado|expiré|cassé|ne marche|no funciona|n[aã]o funciona|wygasł\w*|nie działa|zepsut\w|süresi doldu|bozuk"
    r"|çalışmıyor|ист[её]к\w*|не работает|kedaluwarsa|kadaluarsa|rusak|kharab)\b"
    r"|समाप्त|खराब|หมดอายุแล้ว|ใช้ไม่ได้|انتهت|已过期|失效|坏了|還是壞)"
)
# Compounds of such words (and the PUK of a SIM) that are good longer, or open nothing.
NO_CODE: Final = any_of(
    r"(?:\b(?:zip|post(?:al)?|area|country|dress|error|fault|bar|qr|source|product|item|article|tracking|booking"
    r"|reservation|customer|client|tax|sort|swift|bank|status|referral|invite|order|colou?r|promo(?:tion(?:al)?)?"
    r"|discount|coupon|voucher|gift)[ -]?)codes?\b",
    r"\bcodes? of (?:conduct|practice|ethics)",
    r"(?:gutschein|rabatt|aktions|promo|buchungs|fehler|bar|strich|quell|kunden|artikel|produkt|länder|sendungs"
    r"|reservierungs|empfehlungs|kortings|actie)-?(?:code|kod)\w{0,2}\b",
    r"\bcodic[ei] (?:di |del |della |dell'|d')?(?:postale|fiscal\w|client\w|sconto|promo\w*|prodotto|articolo"
    r"|prenotazione|ordine|a barre|tracciamento|tracking|strada|iban|errore|civile|penale|destinatario|spedizione"
    r"|pratica|utente|fornitore|abito|qr)\b",
    r"\bcodes? (?:de |d'|à |du |de la )?(?:la )?(?:postal|promo\w*|r[eé]duction|route|source|client|article|barres?"
    r"|erreur|produit|avantage|vestimentaire|parrain\w*|suivi|r[eé]servation|civil|p[eé]nal|guichet|qr)\b",
    r"\bc[oó]digos? (?:de |del |da |do |de la )?(?:postal|promocional|promoci[oó]n|promo[cç][aã]o|descuento|desconto"
    r"|barras?|[aá]rea|error|erro|reserva|cliente|producto|produto|art[ií]culo|artigo|seguimiento|rastreio"
    r"|rastreamento|civil|penal|qr|vestimenta|fuente|pa[ií]s|cup[oó]n|cupom|conducta|conduta)\b",
    r"\bkod\w{0,3} (?:pocztow|rabatow|promocyjn|kreskow|klient|produkt|b[lł][eę]d|rezerwac|kierunkow|towar|kraj|qr)\w*",
    r"\b(?:posta|alan|indirim|kupon|ürün|müşteri|hata|rezervasyon|promosyon|kampanya|takip|ülke|davet|hediye|qr)"
    r" kod\w*",
    r"\b(?:почтов\w+ )?код\w{0,2} (?:город|товар|стран|ошибк|клиент|бронировани|скидк|регион|домофон|продукт)\w*",
    r"\b(?:promo|voucher|kode) ?(?:pos|promo|booking|barang|produk|diskon|voucher|referral|kupon|pelanggan|etik|area"
    r"|negara|bank|qr|error|toko|pemesanan)\b",
    r"\bmã (?:bưu|giảm|khuyến|đơn|vận|sản phẩm|khách)\w*",
    r"(?:رمز|كود) (?:ال)?(?:بريدي?|خصم|منتج|حجز|منطقة|عميل|شحنة?|تتبع|خطأ|دولة|طلب|qr)|الرمز البريدي",
    r"(?:पिन|कूपन|उत्पाद|प्रोमो|डिस्काउंट|बुकिंग|ग्राहक|एरिया|त्रुटि|ऑफर|क्यूआर) ?कोड",
    r"(?:รหัส|โค้ด) ?(?:ไปรษณีย์|สินค้า|ลูกค้า|การจอง|ส่วนลด|พนักงาน|โปรโมชั่น|ประเทศ|อ้างอิง|นักศึกษา|สาขา|สมาชิก)",
    r"(?:商品|クーポン|郵便|エラー)コード",
    r"รหัสจอง|เลขที่จอง|識別[码碼]|识别码|(?:单元|大|房|家|入户|防盗|小区|院)?(?:门|門)[禁锁鎖]?的?(?:密码|密碼|口令)|(?:wi-?fi|无线|無線|网络)的?密[码碼]",
    r"\bpuk\b|\b(?:haus|tür|tor|eingangs?|garagen|keller)\w{0,5}(?:code|kode)\w?\b|\bdigicode",
    rf"{_FAULT}[^.\d\n]{{0,12}}(?:{_SECRET}|代码)",
    rf"(?:{_SECRET})[^.\d\n]{{0,8}}{_FAULT}",
    rf"{_NETWORK}[^\n]{{0,40}}?(?:{_SECRET})",
    rf"(?:{_SECRET})[^.\d\n]{{0,15}}{_NETWORK}",
    rf"{_OTHER_LOCK}[^.\d\n]{{0,20}}(?:{_SECRET})",
    rf"(?:{_SECRET})[^.\d\n]{{0,15}}{_OTHER_LOCK}",
    rf"(?:{_SECRET})[^.\d\n]{{0,20}}{_DEFECT}",
)

# A code is typed, or is told or shown to a person; the verbs come first, or after it.
_VERBS_BEFORE: Final = (
    r"(?:\b(?:"
    # to type
    r"use|using|enter|type|put|input|key in|insert|paste|copy"
    r"|verwenden?|nutzen?|gib|geben|eingeben|tipp[et]?n?|tragen?"
    r"|usa|usi|utilizza\w{0,2}|inserisc\w+|digita\w{0,2}|scriv[ia]|immett\w+|copia"
    r"|introdu[zc]\w+|escrib[ae]|ingres[ae]|tecle[ae]|pon(?:ga)?|use"
    r"|utilise[zr]?|saisi\w*|tape[zr]?|entre[zr]?|recopie[zr]?"
    r"|utili[zc]e|insir[ae]|digit[ae]|escrev[ae]|coloque"
    r"|użyj|uzyj|wpisz|podaj|wprowad[zź]|przepisz"
    r"|введи(?:те)?|используй(?:те)?|укажи(?:те)?|набери(?:те)?|впиши(?:те)?"
    r"|gunakan|masuk(?:k?an|in)|ketik(?:kan)?|pakai|pake|isi"
    r"|nhập|gebruik|zadejte|ange"
    # to need
    r"|need|brauchst|brauchen|benötig\w+|serve|servirà|occorre|necesita\w*|faut|precisa\w*|potrzebuj\w+|понадобится|потребуется|butuh"
    # to confirm with
    r"|(?:confirm\w*|conferm\w+|bestätig\w+|potwierd\w+|valid\w+|konfirmasi|подтверд\w+|log ?in|sign ?in|accedi"
    r"|open|öffn\w+|apri\w*|abr[aei]\w*|ouvr\w+|otw[oó]rz|откр\w+|buka"
    r"|entra)[^.\d\n]{0,25} (?:with|con|mit|com|avec|kodem|dengan|dgn|pakai)"
    # to tell or to show
    r"|tell|say|give|show|quote|read|present|provide|share"
    r"|sag(?:en?)?|nenn(?:en?)?|zeig(?:en?)?"
    r"|d[iì]'?|dica|dille|digli(?:elo)?|comunic\w+|mostra\w{0,2}|mostri|fornis\w+|riferis\w+|esibis\w+"
    r"|dile|diga(?:le)?|dígale|dale|dele|déle|muestr[ae]|mostrar|enseñ[ae]|ense[nñ]e|facilit[ae]|dict[ae]|indi(?:ca|que)|present[ae]|proporcion[ae]"
    r"|dis|dites|donne[zr]?|communique[zr]?|montre[zr]?|présente[zr]?|presentez|indique[zr]?|annonce[zr]?|lire|lis"
    r"|fal[ae]r?|informa|informe|pass[ae]|mostre|apresent[ae]|diz|forne[cç]a"
    r"|powiedz|pokaż|pokaz|okaż|przekaż"
    r"|söyle\w*|soyle\w*|göster\w*|goster\w*"
    r"|скажи(?:те)?|назови(?:те)?|покажи(?:те)?|сообщи(?:те)?|продиктуй(?:те)?|предъяви(?:те)?"
    r"|sebut(?:kan|in)?|bilang\w*|kasih|beri(?:kan)?|tunjuk(?:kan|in)|perlihatkan"
    # the number itself
    r"|(?:the|this|following|die|el|este|il|questo|le|ce|o|ten|bu|эти|это) (?:\w{2,12} )?(?:number|zahl|n[uú]mero"
    r"|num[eé]ro|liczba|numer|sayı|цифры|число)|angka\w{0,3})\b"
    r"|استخدم|[أا]دخل|[أا]كتب|[أا]عط\w*|اديل\w+|[أا]خبر\w*|قل|قول\w*|[أا]ظهر|[أا]برز|กรอก|ใช้|ใส่|พิมพ์|ป้อน|บอก|แจ้ง|แสดง|โชว์|ด้วย"
    r"|输入?|輸入?|使?用|填写?|填寫?|告诉|告訴|告知|出示|说|說|报|数字|數字)"
)
ENTER_BEFORE: Final = re.compile(
    rf"{_VERBS_BEFORE}(?P<gap>[^\d.!?;。！？\n]{{0,32}}|[^\d.!?;。！？]{{0,70}}[:：]\s{{0,3}})[\"'«»“”„「『（(\[]{{0,2}}\s?$",
    re.IGNORECASE,
)
ENTER_AFTER: Final = re.compile(
    r"(?P<gap>[^\d.!?;。！？\n]{0,25}?)(?:"
    r"\b(?:eingeben|eintippen|eintragen|verwenden|nutzen|nennen|zeigen|tippen|sagen|ein(?=\W*$))\b"
    r"|\b(?:digli\w*|inseriscilo|usalo|mostralo|díselo|dígaselo|introdúcelo|úsalo|muéstralo|dis-le|saisissez-le|donne-le)\b"
    r"|\b(?:введите|используйте|назовите|скажите|покажите|wpisz|podaj|przepisz|powiedz|pokaż)\b"
    r"|(?:'?[yıiuü]*|\b)(?:yaz|gir(?!i[sş])|kullan|tuşla|söyle|soyle|göster|goster)\w*|\bile \w{0,25}(?:onay|doğrula|giri)\w*"
    r"|दर्ज|डाल|लिख|भर|टाइप|का उपयोग|का इस्तेमाल|उपयोग|बता|बोल|दिखा|दें|दीजिए|\b(?:da+l\w{1,5}|bata\w*|dikha\w*|likh\w*|type kar\w*)\b"
    r"|赶紧填|快填|填[写入]|输入|輸入|填寫|[」\]]?を?入力|[\]]?[를을]? ?입력)",
    re.IGNORECASE,
)
# What a code is typed or told for.
_ACCESS: Final = (
    r"\b(?:verif|vérifi|v[eé]rif|weryfik|zweryfik|memverifikasi|confirm|conferm|konfirm|bestätig|potwierd|onay|doğrula|dogrula"
    r"|log ?in|login|sign ?(?:in|up)|an(?:zu)?meld|ein(?:zu)?logg|acced|access|acess|acc[eè]s|entra[rt]|inici|connect|connexion|identif"
    r"|zalog|logow|giriş|giris|подтвер|вход|войти|входа|masuk|daftar|pendaftaran|authori[sz]|approv|autori[sz]|authent|autentic"
    r"|reset|restor|recover|recup|récup|wiederherstell|odzysk|kurtar|girmek|восстанов|pulih|unlock|sblocc|desbloq|déverr|entsperr"
    r"|activ|aktiv|attiva|aktyw|актив|link|bind|finish|complet|tamamla|zako[nń]cz|abschlie|continu|carry on|proceed|fortfahr|fortzufahren"
    r"|kontynu|devam|продолж|melanjut|lanjut|regist|rejestr|kay[ıi]t|üyeli|uyeli|регистр|accounts?\b|konto|compte|cuenta|conta\b|akun|аккаунт"
    r"|hesab|pay|paiement|pagament|pago|zahlung|płatno|ödeme|оплат|bayar|transfer|transa[ck]|überweis|bonifico|virement|przelew|перевод|havale"
    r"|withdraw|prelievo|retiro|saque|tarik tunai|enroll|inscription|cadastro|prouver|prove|historia cl)\w*"
    r"|تحقق|للتحقق|[أا]كيد|تسجيل|دخول|إعادة|استعادة|متابعة|للمتابعة|مصادقة|للمصادقة|إكمال|[إا]تمام|تفعيل|للسحب|سحب|حساب"
    r"|सत्याप|पुष्टि|लॉग ?इन|लॉगिन|साइन ?इन|रीसेट|सक्रिय|खात|भुगतान|जारी रख|पंजीकरण"
    r"|ยืนยัน|เข้าสู่ระบบ|ล็อกอิน|รีเซ็ต|บัญชี|กู้คืน|ดำเนินการต่อ|สมัคร|ลงทะเบียน|ชำระ|ถอนเงิน|โอน|เปิดใช้"
    r"|验证|驗證|确认|確認|登录|登入|登錄|重置|找回|绑定|綁定|注册|註冊|激活|解锁|继续|繼續|支付|認証|ログイン|인증|확인|로그인"
)
_DELIVERY: Final = (
    r"\b(?:courier|driver|rider|ride\b|deliver|pizza|order|parcel|packet|pick-?up|collect|agent|locker|trip"
    r"|kurier|boten?\b|fahrer|lieferung|paket|bestellung|zustell|abhol"
    r"|corriere|fattorino|autista|consegn|pacco|ordine|ritir"
    r"|repartidor|mensajero|conductor|chofer|entreg|paquete|pedido|recog|subir\b"
    r"|livreur|coursier|chauffeur|livraison|trajet|colis|commande|retrait"
    r"|entregador|estafeta|motorista|encomenda|corrida|levanta|embarque"
    r"|dostaw|kierowc|paczk|przesyłk|odbi[oó]r|zamówien"
    r"|kurye|şof[oö]r|sofor|teslim|sipariş|siparis|kargo|taksi"
    r"|курьер|водител|доставк|заказ|пакет|посылк|выдач|поездк"
    r"|dhl|dpd|ups|gls|hermes|fedex|brt|sda|seur|mrw|chronopost|colissimo|ctt|inpost|aras|cdek|сдэк|jne|kerry|aramex"
    r"|uber|bolt|lyft|grab|gojek|glovo|deliveroo|rappi|ifood"
    r"|kurir|driver|ojek|petugas|pesanan|paket|pengantaran|loker|gerai)\w*"
    r"|مندوب|سائق|سواق|كابتن|توصيل|استلام|تسليم|طلب|يسلم"
    r"|डिलीवरी|ड्राइवर|राइडर|पार्टनर|पार्सल|ऑर्डर|एजेंट"
    r"|ไรเดอร์|คนขับ|คนส่ง|พนักงาน|พัสดุ|รับอาหาร|รับของ|ตู้"
    r"|司机|司機|骑手|騎手|外卖|外賣|外送|快递|快遞|上车|上車|取[件货餐貨]|店员|配送"
)
# Where it is typed.
_PLACE: Final = (
    r"\b(?:app|web|screen|window|website|browser|keypad|bildschirm|fenster|webseite|display|schermo|sito|finestra|pantalla|ventana"
    r"|sitio|[eé]cran|fen[eê]tre|site|appli|ecr[aã]|tela|ekran\w*|stron\w+|okn\w+|aplikac\w+|экран\w*|приложени\w+|окн\w+"
    r"|layar|aplikasi|casier|cacifo|casillero|taquilla|schließfach|armadietto|skrytk\w+|постамат\w*|ячейк\w+)\b"
    r"|ऐप|स्क्रीन|वेबसाइट|लॉकर|แอป|หน้าจอ|ช่อง|เว็บ|التطبيق|الشاشة|الموقع|屏幕|页面|頁面|网页|柜|櫃"
)
PURPOSE: Final = any_of(_ACCESS, _DELIVERY, _PLACE)
# A number that begins a sentence and is for something, or is announced by what it is for.
FOR_PURPOSE: Final = re.compile(
    r"[\"'»”」』）)\]]?\s?[-–—:,]?\s?(?:\b(?:for|to|per|para|pour|zum|zur|für|um|do|aby|için|icin|для|чтобы|untuk|utk|buat)\b"
    rf"|لل?|เพื่อ|用于|用於)[^.\d\n]{{0,25}}?(?:{_ACCESS})"
    r"|[\"'»”」』）)\]]?\s(?:giri[sş]|लॉगिन|सत्यापन)\w* (?:için|icin|के लिए)",
    re.IGNORECASE,
)
PURPOSE_BEFORE: Final = re.compile(
    r"(?:\b(?:to|per|para|pra|pour|zum|zur|um|do|aby|для|чтобы|untuk|utk|buat)\b|เพื่อ|\bل)[^.\d\n]{0,15}?"
    rf"(?:{_ACCESS})[^.\d\n]{{0,35}}[:：]\s{{0,3}}[\"'«“„(\[]?$"
    r"|(?:\b(?:verification|verify|verifizierung|verificación|vérification|verifica[cç][aã]o|verifica|weryfikacja|doğrulama"
    r"|верификация|verifikasi)\b|सत्यापन|ยืนยันตัวตน|التحقق|验证|驗證)\s?[:：]\s?$",
    re.IGNORECASE,
)
# A code for a parcel is not the number of the parcel.
CODE_FOR: Final = re.compile(
    rf"(?:{_SECRET})[^.\d\n:]{{0,3}}\b(?:for|per|para|pour|für|fuer|zu|do|için|для|untuk)\b[^.\d\n:]{{0,25}}\s?:\s?$",
    re.IGNORECASE,
)
# The sign that shows a number at once.
INTRODUCED: Final = re.compile(
    r"(?:[:：=]|\b(?:is|are|è|e'|es|est|ist|lautet|é|e|to|это|adalah|yaitu)|है|คือ|هو|هي|是|[为為])[\s\"'«“„(\[「]{0,3}$",
    re.IGNORECASE,
)
