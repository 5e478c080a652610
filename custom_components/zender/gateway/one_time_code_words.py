"""The words that tell a one-time code from other numbers, in the languages that services write in."""

import re
from typing import Final


def _any_of(*expressions: str) -> re.Pattern[str]:
    return re.compile("|".join(expressions), re.IGNORECASE)


# Words that announce a code. Many languages form compounds that end with them.
CODE: Final = _any_of(
    r"(?:cod[ei]|kod[ei]?|kód)\w{0,6}\b",
    r"(?:passwor[dt]|kennwort|wachtwoord|lösenord)\w{0,2}\b",
    r"\b(?:e?pin|otp|s?m?tan|smstan|pushtan|2fa|token|cod|codice|c[oó]digo|parola|senha|palavra-passe"
    r"|contrase[nñ]a|clave|firma sms|mot de passe|has[lł]o|şifre\w{0,5}|parolan?\w{0,4}|(?:kata )?sandi"
    r"|код\w{0,3}|парол\w{1,3}|пин|mã|mật khẩu|heslo)\b",
    r"验证码|校验码|确认码|激活码|安全码|动态码|登录码|授权码|取[件货]码|提货码|收货码|密码|口令|驗證碼|認證碼|確認碼|密碼|取貨碼",
    r"認証コード|確認コード|セキュリティコード|認証番号|暗証番号|パスワード|ワンタイム",
    r"인증\s?번호|인증\s?코드|확인\s?코드|비밀\s?번호",
    r"رمز|كود|کد|كلمة (?:ال)?مرور|كلمة (?:ال)?سر|الرقم السري|رقم سري|קוד|סיסמ[אה]",
    r"कोड|ओटीपी|पासवर्ड|पिन|কোড|ওটিপি",
    r"รหัส|โค้ด",
)

# Compounds of such words that open nothing.
NO_CODE: Final = _any_of(
    r"(?:\b(?:zip|post(?:al)?|area|country|dress|error|fault|bar|qr|source|product|item|article|tracking|booking"
    r"|reservation|customer|client|tax|sort|swift|bank|status|referral|invite|order|colou?r|promo(?:tion(?:al)?)?"
    r"|discount|coupon|voucher|gift)[ -]?)codes?\b",
    r"\bcodes? of (?:conduct|practice|ethics)",
    r"\w*(?:gutschein|rabatt|aktions|promo|buchungs|fehler|bar|strich|quell|kunden|artikel|produkt|länder|sendungs"
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
    r"\b(?:wi-?fi|wlan|hotspot)\b[^\n]{0,40}?(?:passwor[dt]|parola|contrase[nñ]a|senha|mot de passe|has[lł]o|şifre"
    r"|парол|sandi|密码|密碼|رمز|كلمة)",
)

# Beside a number that is to be typed, and what it is typed for.
ENTER_BEFORE: Final = re.compile(
    r"(?:\b(?:use|using|enter|type|with|usa|utilizza|inserisci|digita|scrivi|con|verwenden?(?: sie)?|nutzen?(?: sie)?"
    r"|gib(?: einfach)?|geben sie|eingeben|mit|utilisez|saisissez|tapez|entrez|entre|avec|introdu[zc]\w+|introduce"
    r"|escrib[ae]|ingres[ae]|utili[zc]e|insira|digite|informe|use o|com|użyj|wpisz|podaj|wprowad[zź]|введите"
    r"|используйте|укажите|наберите|gunakan|masukkan|ketik|pakai|nhập|gebruik|zadejte|ange)"
    r"|استخدم|أدخل|ادخل|اكتب|กรอก|ใช้|ใส่|输入|輸入|使用|填写)\W{1,3}$"
    r"|(?:输入|輸入|使用|填写|กรอก|ใช้|ใส่)$",
    re.IGNORECASE,
)
ENTER_AFTER: Final = _any_of(
    r"\s?(?:(?:kodunu|şifresini|yi|i|u|'[iıuü])\s)?(?:yaz|gir|kullan)\w*",
    r"\s?(?:को\s)?(?:दर्ज|डालें|लिखें|का उपयोग|का इस्तेमाल|उपयोग)",
    r"[」\]]?を?入力",
    r"[\]]?[를을]? ?입력",
)
PURPOSE: Final = _any_of(
    r"\b(?:verif\w+|vérifi\w+|weryfik\w+|zweryfik\w+|memverifikasi|verifikasi|confirm\w*|conferm\w+|konfirm\w*"
    r"|bestätig\w+|potwierd\w+|onayla\w*|doğrula\w*|log ?in|login|sign ?in|an(?:zu)?meld\w+|ein(?:zu)?logg\w+|acced\w+|acesso"
    r"|connect\w+|connexion|zalog\w+|logow\w+|giriş|подтвер\w+|вход\w*|войти|masuk|authori[sz]e\w*|approve|autori[sz]\w+"
    r"|reset\w*|accounts?|konto|compte|cuenta|conta|akun)\b",
    r"للتحقق|تحقق|لتأكيد|تأكيد|تسجيل الدخول|لإعادة",
    r"सत्यापित|सत्यापन|पुष्टि|लॉग ?इन|रीसेट",
    r"ยืนยัน|เข้าสู่ระบบ|รีเซ็ต",
    r"验证|驗證|确认|確認|登录|登入|重置|認証|ログイン|인증|확인|로그인",
)

# What follows a number that is an amount, a part of an address, a phone or a label of something else.
OTHER_AFTER: Final = re.compile(
    r"\s?(?:[€$£¥₹₽₱฿%]|(?:euros?|eur|usd|gbp|php|inr|rub|sar|aed|pln|try|tl|kr|zł|zl|idr|mb|gb|km|kg|min|points?|р"
    r"|руб\w*|мб|гб|adet|szt\w*|pcs|(?:\w{2,15} )?(?:street|st|road|rd|avenue|ave)|sokak\w*|cadde\w*|numaralı|nolu|ile biten)\b"
    r"|(?:'\S{1,3} )?\barayın|[元块块年月日号號楼室点時]|บาท|ชิ้น|ریال|ريال|जीबी|रुपये|बजे|पर कॉल)",
    re.IGNORECASE,
)
# What precedes it, at once or with a sign for "number" between.
OTHER_BEFORE: Final = re.compile(
    r"(?:[€$£¥₹₽₱฿]"
    r"|\b(?:eur|usd|gbp|php|inr|rs|rp|rub|sar|aed|pln|tl|sek|chf)[.:]?"
    r"|\b(?:at|since|until|before|alle(?: ore)?|ore|dal|fino al|um|seit|à partir de|depuis|a las|desde|às)"
    r"|(?:\b(?:cards?|ending(?: in| with)?|accounts?|acct|a/c|orders?|ref(?:erence)?|invoice|booking|ticket|room|gate"
    r"|flight|customer|member|case|serial|model|extension|tracking|transaction|txn id|parcel|prescription|id"
    r"|carta|ordine|fattura|bolletta|pratica|cliente|stanza|civico|spedizione|prenotazione|preventivo|biglietto"
    r"|karte|bestellung|auftrag|rechnung|kundennummer|sendung|vertrag|zimmer|zählerstand|packstation|rechnungs?nr"
    r"|carte|commande|facture|client|dossier|colis|chambre|devis|porte|finissant par|réf(?:érence)?"
    r"|tarjeta|pedido|factura|expediente|sala|habitación|folio|localizador|vuelo|artículo|terminada en"
    r"|cartão|fatura|encomenda|protocolo|ramal|quarto|apto|cep|entidade|final|voo|referência"
    r"|kartą|karty|zamówieni\w+|faktura|faktury|przesyłki|rezerwacj\w+|klienta|gabinet|pokój|artykuł|rachunek"
    r"|kart|sipariş|fatura\w*|müşteri|oda|dahili|kayıt|takip|barkod"
    r"|карт\w{1,2}|заказ\w{0,2}|счёт|счет|заявк\w|кабинет|рейс|бронь|добавочный|трек-номер|доме?а?"
    r"|kartu|pesanan|tagihan|resi|pelanggan|ruang|berkas|rumah|rekening)"
    r"|بطاقة|طلبك|طلب|رقم العميل|غرفة|ملف|فاتورتك|الحجز|تنتهي بـ|حساب"
    r"|कार्ड|ऑर्डर|ग्राहक|बिल|कमरा|फाइल|मकान|खाता"
    r"|บัตร|คำสั่งซื้อ|พัสดุ|ใบแจ้งหนี้|ห้อง|แฟ้ม|เลขที่|ลูกค้า|บัญชี"
    r"|订单|單號|尾号|尾號|[单编户卡型房]号|航班)"
    r"(?:\W{0,3}(?:n|nr|no|num\w*|number|numer|nummer|номер|رقم|नंबर|संख्या|หมายเลข|号|號))?)"
    r"[\s.:：#°ºم-]{0,3}$",
    re.IGNORECASE,
)
# A phone number may be written in pieces.
PHONE_BEFORE: Final = re.compile(
    r"(?:\b(?:call(?: us)?(?: on| at)?|dial|ring|tel|phone|hotline|helpline|sms to|text|chiama(?:re|te)?|telefon\w*"
    r"|numero verde|per dubbi|rufen sie|anrufen|fragen|appelez(?: le)?|appel|au|llam[ea](?: al)?|dudas|ligue(?: para)?"
    r"|dúvidas|zadzwoń|dzwoń|infolini\w|звоните|позвоните|тел|hubungi|telp|contact)"
    r"|اتصل على|اتصل|هاتف|للاستفسار|फोन|फ़ोन|कॉल|โทร|致电|致電|电话|電話|客服|拨打)"
    r"[\s.:：(+0-9)-]{0,12}$",
    re.IGNORECASE,
)
# Codes of shops open no account.
PROMOTION: Final = _any_of(
    r"promo(?!t\w*r)|coupon|voucher|discount|% off|sconto|descuento|desconto|cupom|cupón|rabatt?|gutschein"
    r"|r[eé]duction|indirim|kupon|скидк|промокод|diskon|zniżk|korting",
    r"خصم|छूट|कूपन|ส่วนลด|优惠|折扣|優惠|クーポン|할인",
)
