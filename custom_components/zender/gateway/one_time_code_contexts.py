"""What tells other numbers from one-time codes, in the languages that services write in."""

import re
from typing import Final

from .one_time_code_words import any_of

# What follows a number that is an amount, a time, a part of an address, a phone or a label of something else.
OTHER_AFTER: Final = re.compile(
    r"\s?(?:[€$£¥₹₽₱฿%]|(?:euros?|eur|usd|gbp|php|inr|rub|sar|aed|pln|try|tl|kr|zł|zl|idr|mb|gb|km|kg|kwh|m2|m3|min"
    r"|р|руб\w*|мб|гб|adet|szt\w*|pcs|(?:in )?cash|in bar|in contanti|en efectivo|en espèces|gotówką|nakit|наличными|tunai|uhr|hrs|baje|wib|o'clock"
    r"|p(?:oin)?ts?|punti|puntos|punkte|pontos|puan|poin|балл\w*|punkt[óo]w|miles|people|persone|personas|personnes"
    r"|pessoas|ludzi|kişi|человек|orang"
    r"|(?:\w{2,15} )?(?:street|st|road|rd|avenue|ave)|sokak\w*|cadde\w*|numaralı|nolu|no'lu|ile biten)\b"
    r"|'\S{1,3} (?:ara|bildir|gönder|mesaj|sms)"
    r"|[元块块年月日号號楼栋幢室户点時次分]|[来來]电|[打发發][来來]|热线|熱線|客服|到了|บาท|ชิ้น|คะแนน|ریال|ريال|درهم|جنيه|نقطة"
    r"|जीबी|रुपये|बजे|पर कॉल)",
    re.IGNORECASE,
)
# What precedes it, at once or with a sign for "number" or a name between.
OTHER_BEFORE: Final = re.compile(
    r"(?:[€$£¥₹₽₱฿]|^【"
    r"|\b(?:eur|usd|gbp|php|inr|rs|rp|rub|sar|aed|pln|tl|sek|chf)[.:]?"
    r"|\b(?:at|since|until|till|before|alle(?: ore)?|ore|dal|fino al|um|seit|bis|à partir de|depuis|a las|desde|às"
    r"|pukul|pkl|jam|saat)"
    # the end of a card or an account
    r"|\b(?:ending|ends|finisc\w+|terminante|termina\w*|finissant|endet|endend|endziffern?|kończ\w+ si[eę]"
    r"|оканчива\w+|заканчива\w+|(?:ber)?akhiran)(?: (?:in|with|con|em|en|par|auf|na|на|dengan))?"
    r"|تنتهي بـ?|ينتهي بـ?|ลงท้าย(?:ด้วย)?|末四[位码碼]|[后後]四[位码碼]|[尾卡][数號号]"
    # the label of something else
    r"|(?:(?<![\w-])(?:cards?|accounts?|acct|a/c|orders?|ref(?:erence)?|invoice|booking|ticket|room|gate|flat|apt"
    r"|apartment|house|floor|unit|counter|desk|store|shop|branch|level|door|line|plate|train|bus|application|claim|complaint|policy|contract"
    r"|flight|customer|member|case|serial|model|extension|tracking|transaction|txn id|parcel|prescription|id"
    r"|carta|ordine|fattura|bolletta|pratica|cliente|stanza|civico|interno|scala|sportello|spedizione|prenotazione"
    r"|preventivo|biglietto|targa|treno|volo|linea|matricola|domanda|polizza|turno"
    r"|karte|bestellung|auftrag|rechnung|kundennummer|sendung|vertrag|zimmer|wohnung|zählerstand|packstation"
    r"|rechnungs?nr|kennzeichen|flug|zug|linie|hausnummer|antrag|vorgang|police"
    r"|carte|commande|facture|client|dossier|colis|chambre|devis|porte|appartement|appt|plaque|vol|train"
    r"|contrat|ligne|sinistre|réf(?:érence)?"
    r"|tarjeta|pedido|factura|expediente|sala|habitación|piso|placas?|matrícula|folio|localizador|vuelo|artículo|línea|solicitud|póliza|turno(?: es el)?"
    r"|cartão|cartao|fatura|encomenda|protocolo|ramal|quarto|apto|apartamento|cep|entidade|final|voo|referência|linha|apólice|chamado"
    r"|kart[ąaęy]|zamówieni\w+|faktura|faktury|przesyłki|rezerwacj\w+|klienta|gabinet|pokój|artykuł|rachunek"
    r"|mieszkani\w|lokal|m\.|pociąg|zlecenie|wniosek|zgłoszenie|polisa|umowa|lini\w"
    r"|kart|sipariş|fatura\w*|müşteri|oda|daire|kat|dahili|kayıt|takip|barkod|plaka|poliçe|başvuru|sözleşme"
    r"|карт\w{1,2}|заказ\w{0,2}|счёт|счет|заявк\w|кабинет|рейс|поезд|бронь|добавочный|трек-номер|доме?а?|кв\.?"
    r"|квартир\w|подъезд|этаж|автобус|обращени\w|заявлени\w|полис|договор|талон"
    r"|kartu|pesanan|tagihan|resi|pelanggan|ruang|berkas|rumah|rekening|kamar|lantai|plat|nopol|kereta|antrean|permohonan|polis"
    r"|(?<!pin )(?<!otp )(?<!code )(?<!kod )n(?:o|r|[°º]))"
    r"|بطاقة|طلبك|طلب|رقم العميل|غرفة|شقة|عمارة|ملف|فاتورتك|الحجز|حساب|لوحة"
    r"|कार्ड|ऑर्डर|ग्राहक|बिल|कमरा|फ्लैट|फाइल|मकान|खाता|गाड़ी|आवेदन|शिकायत|पॉलिसी"
    r"|บัตร|คำสั่งซื้อ|พัสดุ|ใบแจ้งหนี้|ห้อง|แฟ้ม|เลขที่|ลูกค้า|บัญชี|ทะเบียน(?: ?[0-9]?[ก-ฮ]{1,3})?"
    r"|订单|單號|航班|[车車]牌[号號为是:：]{0,2}[一-鿿]?|[单编户卡型房]号|[栋幢楼樓座]|保单|发车|出发|起飞)"
    r"(?:\W{0,3}(?:n|nr|no|num\w*|number|numer|nummer|номер|رقم|नंबर|संख्या|หมายเลข|号|號)"
    r"| (?-i:(?!Code|Cod|Kod|Kode|Pin|Otp|Tan|Clave|Senha)[A-Z][a-z]{2,11}))?)"
    r"[\s.:：#°ºم-]{0,3}$",
    re.IGNORECASE,
)
# A phone number may be written in pieces; a text is sent to another.
PHONE_BEFORE: Final = re.compile(
    r"(?:\b(?:call(?: us)?(?: on| at)?|dial|ring|tel|phone|hotline|helpline|sms to|text|chiama(?:re|te)?|telefon\w*"
    r"|numero verde|per dubbi|rufen sie|anrufen|fragen|appelez(?: le)?|appel|au|llam[ea](?: al)?|dudas|ligue(?: para)?"
    r"|dúvidas|central|zadzwoń|dzwoń|infolini\w|звоните|позвоните|тел|hubungi|telp|contact|kundendienst|hizmetleri"
    r"|compose[rz]|marque"
    r"|(?:report|segnal\w+|meld\w+|signal\w+|denunci\w+|zgłoś|lapor\w*)[^\n0-9]{0,15} (?:on|to|al?|an|unter|au|para|pod|ke)"
    r"|(?:text|txt|send|reply|sms|invia|scrivi|sende|envoyez|env[ií]e|enviando|wyślij|wyslij|отправьте|kirim|ketik)"
    r"\b[^\n0-9]{0,24} (?:to|al|an|para|na|на|ke))"
    r"|اتصل على|اتصل|هاتف|للاستفسار|للإبلاغ|फोन|फ़ोन|कॉल|โทร|致电|致電|电话|電話|客服|拨打|接到|发送\w{0,8}至)"
    r"(?: (?:il|al|el|le|la|o|ao|à|the|den|die|nr))?[\s.:：(+0-9)-]{0,12}$",
    re.IGNORECASE,
)
# A year may stand beside such a word, but not as a code.
MONTH_BEFORE: Final = re.compile(
    r"(?:\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|gen|mag|giu|lug|ago|set|ott|dic|ene|abr|mär|mai|okt|dez"
    r"|fév|fev|avr|juin|juil|ao[uû]|déc|out|sty|lut|kwi|maj|cze|lip|sie|wrz|paź|lis|gru|oca|şub|nis|haz|tem|ağu|eyl"
    r"|eki|kas|ara|янв|фев|мар|апр|мая|июн|июл|авг|сен|окт|ноя|дек|agu|des)[^\W\d]{0,8}\.?"
    r"|\b(?:in|since|year|anno|año|ano|année|jahr|rok\w?|yıl\w*|год\w?|tahun)"
    r"|[ก-ฮ]\.[ก-ฮ]\.|พ\.ศ\.|ปี|คม|ยน|พันธ์|سنة|عام|يناير|فبراير|مارس|[أا]بريل|مايو|يوني[وه]|يوليو|[أا]غسطس|سبتمبر|[أا]كتوبر|نوفمبر|ديسمبر"
    r"|जनवरी|फरवरी|मार्च|अप्रैल|मई|जून|जुलाई|अगस्त|सितंबर|अक्टूबर|नवंबर|दिसंबर)"
    r"[\s,]{0,2}(?:de |del )?$",
    re.IGNORECASE,
)
# Codes of shops and friends open no account. Nor is the PIN of a card in a text that tells it comes by post.
PROMOTION: Final = any_of(
    r"promo(?!t\w*r)|coupon|voucher|discount|% off|sconto|descuento|desconto|cupom|cupón|rabatt?|gutschein"
    r"|r[eé]duction|indirim|kupon|скидк|промокод|diskon|zniżk|korting",
    r"خصم|छूट|कूपन|ส่วนลด|优惠|折扣|優惠|クーポン|할인",
    # sales
    r"\b(?:black friday|soldes|saldi|rebajas|wyprzeda[zż]\w*|распродаж\w*|saldos|liquida[cç][aã]o)\b|-[0-9]{1,2} ?%",
    r"ลดแรง|ลดทันที|ลดราคา|تخفيضات|满减|立减|打折|促销",
    # friends
    r"\b(?:refer|invit\w+|recommend) (?:a |your )?(?:friend|mate|pal)|\brefer(?:ral|ring)\b|\brefer k(?:iy|ar)\w*",
    r"freunde? (?:ein|werb)\w*|(?:einladungs|empfehlungs|freundschafts)code|codice (?:amico|invito)"
    r"|(?:invita|presenta|porta) (?:un |i tuoi |gli )?amic\w",
    r"(?:invita|recomienda|trae) (?:a )?(?:un |una |tus )?amig\w+|c[oó]digo de (?:amigo|invita\w+|referid\w|indica\w+|convite)"
    r"|(?:convid|indi[cq])\w+ (?:um |uma |seus |os )?amig\w+",
    r"parrain\w*|(?:invitez|invite) (?:un |vos |tes |des )?ami|davet (?:et|kod)\w*|arkada[sş]\w* (?:davet|getir)"
    r"|referans kod\w*",
    r"пригла[сш]\w+ друз?\w*|приведи\w* друз?г?\w*|реферальн\w+|пригласительн\w+"
    r"|(?:pole[cć]\w*|zapro[sś]\w*) (?:znajom|przyjaci)\w+|kod\w* (?:polec|zaprosz)\w+",
    r"(?:ajak|undang) (?:teman|kawan)\w*|(?:kode )?(?:referral|undangan)",
    r"रेफ[़]?र|दोस्तों को|(?:แนะนำ|ชวน)เพื่อน|(?:โค้ด|รหัส)(?:แนะนำ|เชิญ)",
    r"(?:رمز|كود) (?:ال)?(?:[إا]حال|دعو)\w*|ادعُ? (?:أصدقا|اصدقا|صديق)\w*|邀请[码好]|邀請[碼好]|推荐码|推薦碼",
    # by post
    r"\b(?:by|in the) post\b|per posta\b|per (?:brief)?post\b|brieflich|por correo(?! electr)|par (?:courrier|la poste)(?! [eé]lec)"
    r"|pelos? correios?|pocztą|poczta tradycyjną|posta (?:ile|yoluyla)|почтой|почте россии|lewat pos|melalui pos|via pos\b",
    r"\b(?:pin|senha|contraseña|passwor[dt]|şifre\w*|пин-?код)\b[^\d\n]{0,60}\b(?:address|adresse|indirizzo|domicili\w|endere[cç]o"
    r"|adres\w*|адрес\w?|alamat)\b",
    r"密码函|डाक (?:से|द्वारा)|ทางไปรษณีย์|بالبريد(?! ال)|邮寄|郵寄",
)
# The journeys whose references look like codes with letters.
JOURNEY: Final = any_of(
    r"\b(?:flight|flug|volo|vuelo|vol|voo|lot|uçuş|рейс|penerbangan|train|zug|treno|tren|pociąg|поезд|kereta|pnr|hotel|ice|wagen|voiture|carrozza|вагон|ticket|fahrkarte|bigliett\w|billetes?|billets?|bilhetes?|bilety?|билеты?|tiket"
    r"|check-in)\b",
    r"उड़ान|ट्रेन|เที่ยวบิน|โรงแรม|رحل[ةت]|فندق|航班|列车|酒店",
)
