"""What tells other numbers from one-time codes, in the languages that services write in."""

import re
from typing import Final

from .one_time_code_words import any_of

# What follows a number that is an amount, a time, a part of an address, a phone or a label of something else.
OTHER_AFTER: Final = re.compile(
    r"\s?(?:[€$£¥₹₽₱฿%]|(?:euros?|eur|usd|gbp|php|inr|rub|sar|aed|pln|try|tl|kr|zł|zl|idr|mb|gb|km|kg|kwh|m2|m3|min"
    r"|rue|avenue|boulevard|bd|allée|chemin|viale|piazza|calle|avenida|av|plaza|rua|alameda|travessa|(?:da|na|de la|en la) (?:rua|rue|calle)|(?:di|in|de) (?:via|viale|corso|piazza)"
    r"|(?:as|als|come|como|comme) (?:your |ihre |il |su |seu |o |el |votre )?(?:\w{1,10}n(?:umme)?r|\w{3,12} number|num\w+|núm\w+|ref\w*|utente"
    r"|usuario|usuário|client\w*)|(?:when|if) (?:you )?(?:call|contact|phone|ring)\w*|beim anruf|wenn sie anrufen"
    r"|(?:quando|se) chiam\w+|si vous appelez|al llamar|ao ligar"
    r"|steps|met(?:re|er)s|litres|degrees|years?|days|hours|minutes|seconds|followers|views|votes|pages|thousand|million|units|seats|pounds|quid"
    r"|bucks|dollars?|calories|downloads|copies|words|spectators|attendees"
    r"|stück|stk|schritte|leute|personen|einwohner|liter|grad|jahre?|tage|stunden|minuten|sekunden|kilometer|aufrufe|zuschauer|seiten|stimmen|mio"
    r"|millionen|tausend|meter"
    r"|passi|metri|litri|gradi|anni|giorni|minuti|secondi|chilometri|iscritti|visualizzazioni|spettatori|voti|pagine|mila|milioni|abitanti"
    r"|caratteri|pezzi|posti|copie"
    r"|m[eè]tres|degr[eé]s|ans|jours|heures|secondes|kilom[eè]tres|abonn[eé]s|vues|spectateurs|voix|mille|millions|habitants|pi[eè]ces|places"
    r"|exemplaires"
    r"|pasos|metros|litros|grados|años|d[ií]as|horas|minutos|segundos|kil[oó]metros|seguidores|visitas|espectadores|votos|p[aá]ginas|mil|millones"
    r"|habitantes|piezas|unidades|plazas|pesos|soles|d[oó]lares"
    r"|passos|graus|anos|quil[oôó]metros|visualiza[cç][oõ]es|milh[oõ]es|peças|lugares|reais|paus|contos"
    r"|р|руб\w*|мб|гб|adet|szt\w*|pcs|(?:in )?cash|in bar|in contanti|en efectivo|en espèces|gotówką|nakit|наличными|tunai|uhr|hrs|baje|wib|o'clock"
    r"|p(?:oin)?ts?|punti|puntos|punkte|pontos|puan|poin|балл\w*|punkt[óo]w|miles|people|persone|personas|personnes"
    r"|pessoas|ludzi|kişi|человек|orang"
    r"|(?:\w{2,15} )?(?:street|st|road|rd|avenue|ave)|sokak\w*|cadde\w*|ile biten"
    r"|z[łl]ot\w+|gr|tys\w*|mln|os[oó]b\w*|kcal|mg|ml|cm|mm|km/h|kw|mb/s|mbps|na (?:konto|kart[ęe])|krok[oó]w|g[łl]os[oó]w|widz[oó]w|roku|r\."
    r"|грн|тенге|тг|тыс\w*|млн|млрд|коп\w*|лир|юан\w+|евро|долл\w*|кг|мг|мл|км|см|мм|шт\w*|ккал|бонус\w*|миль|на (?:карту|сч[её]т)|голос\w*"
    r"|шаг\w*|зрител\w*|год\w{0,2}|г\."
    r"|lira\w*|kuru[sş]|dolar\w*|ad[ıi]m|sayfa|metre|derece|dakika|milyon|rb|ribu|juta|jt|buah|lembar|langkah|suara|meter|liter|penonton|derajat"
    r"|(?:numaral[ıi]|nolu|no['’]lu)(?! (?:\w{2,15} )?(?:kod|[sş]ifre|parola|pin)))\b"
    r"|['’]\S{1,3} (?:(?:hemen|mutlaka|[uü]cretsiz) )?(?:ara|[cç]evir|bildir|g[oö]nder|mesaj|sms|yaz[ıi]p|whatsapp)"
    r"|[元块塊圆圓年月日号號楼樓栋棟幢室户戶点點時次分份股度吨噸斤页頁台辆輛套粒箱币幣亿億弄]|万(?!达)|萬|公[里斤]|小[时時]|积分|積分|港[币幣]|(?:民|刑|行|财|财保|执|执恢)[初终再特异保字]|退[订訂]"
    r"|[来來][电電]|[打发發][来來]|热线|熱線|客服|到了|บาท|บ\.|ชิ้น|คะแนน|แต้ม|ไมล์|หน่วย|คน(?!ขับ|ส่ง)|ครั้ง|เมตร|กม\.?|น\.|ریال|ريال|ر\.س|درهم|جنيه|جم\b|دينار"
    r"|د\.[كأإجت]|دولار|ليرة|نقط[ةه]"
    r"|كم\b|كجم|كيلو|ميجا|جيجا|دقيق[ةه]|ساع[ةه]|जीबी|एमबी|रुपय[ेा]|रुपए|रु\.?|बजे|यूनिट|लीटर|किमी|किलो|लोग|करोड़|लाख|हज़?ार|(?:rup[ae]\w{1,3}"
    r"|lakh|crore|ha[zj]aa?r)\b"
    r"|(?:पर|p[ae]r|pe) (?:\S{1,9} )?(?:कॉल|फ़?ोन|मिस्ड|सूचित|शिकायत|संपर्क|सम्पर्क|डायल|एसएमएस|sms|मैसेज|रिपोर्ट|व्हाट्सएप|भेज|call|miss(?:ed)?"
    r"|contact|complain\w*|shikayat|sampark|suchit|report|whatsapp|dial))",
    re.IGNORECASE,
)
# What precedes it, at once or with a sign for "number" or a name between.
OTHER_BEFORE: Final = re.compile(
    r"(?:[€$£¥₹₽₱฿]|^【"
    r"|\b(?:eur|usd|gbp|php|inr|rs|rp|rub|sar|aed|pln|tl|sek|chf)[.:]?"
    r"|\b(?:at|since|until|till|before|due|by|around|e\.? ?g|z\. ?b|p\. ?ex|por ejemplo|por exemplo|ad es(?:empio)?|par exemple|zum beispiel|mit endung|alle(?: ore)?|ore|dal|fino al|um|seit|bis|à partir de|depuis|a las|desde|às"
    r"|pukul|pkl|jam|saat)"
    # the end of a card or an account
    r"|\b(?:ending|ends|finisc\w+|terminante|termina\w*|finissant|endet|endend|endziffern?|ko[nń]cz\w+ si[eę]|ko[nń]c[oó]wk\w+|son (?:4|d[oö]rt"
    r"|[uü][cç]|6|alt[ıi]) hane\w*|оканч\w+|последни\w+ (?:4 )?цифр\w*|(?:4 )?(?:digit|angka) terakhir"
    r"|оканчива\w+|заканчива\w+|(?:ber)?akhiran)(?: (?:in|with|con|em|en|par|auf|na|nr|на|dengan))?"
    r"|(?:[تي]نتهي|منتهي[ةه]?) بـ?|[آا]خر (?:4|[أا]ربع[ةه]?) [أا]رقام|ลงท้าย(?:ด้วย)?|(?:เลข|ตัว)ท้าย(?: ?[0-9] ?ตัว)?|[末后後尾前][0-9一-十]{0,2}[位码碼]"
    r"|[尾卡][数號号]|अंतिम (?:चार|4) अंक"
    # the label of something else
    r"|(?<=[a-zß])was|\b(?:was|era|war|était|etait)(?: [^\W\d]\w*| [0-9]{4,8}| ,){0,2}"
    r"|(?:(?<![\w-])(?:cards?|accounts?(?! ?: ?$)|acct|a/c|orders?|ref(?:erence)?|invoice|booking|ticket|room|gate|flat|apt"
    r"|apartment|house|floor|unit|counter|desk|store|shop|branch|level|door|line|plate|train|bus|application|claim|complaint|policy|contract"
    r"|flight|customer|member|case|serial|model|extension|tracking|transaction|txn id|parcel|prescription|id"
    r"|asset tag|username|user|benutzer\w*|kilometerstand|km-stand|kilom[eé]trage|kilometraje|quilometragem|chilometraggio|liste?|lista|salle"
    r"|planta|entrada|ingresso|entrance|bay|ramp|rampe|hausnummer|bol[aã]o"
    r"|buchung|reservierung|reserva|réservation|reservation|fall|paquete|paquet|pacco|paket|package|shipment|envío|sendung"
    r"|cc|sort code|job|lot|bay|row|block|seats?|platform|pier|stop|route|zone|table|queue|bib|mileage|reading|balance|total|sum|score|chapter"
    r"|pages?|section|suite|ward|badge|module|course|exam|locator"
    r"|(?:ausweis|mitglieds|vertrags|kunden|bestell|auftrags|rechnungs|sendungs|vorgangs|fall|akten|steuer|konto|depot|karten|versicherungs"
    r"|policen|zähler|matrikel|personal|ticket|buchungs|reservierungs|bahn|flug|zug|zimmer"
    r"|haus|telefon|handy|fax|rückruf|service|hotline|artikel|modell|serien|geräte|teilnehmer|start|los|gewinn|warte|aufruf|tisch|platz|raum"
    r"|schadens?|referenz|beleg|kassen|filial|antrags|bearbeitungs|mandats)[ -]?(?:nr|nummer)"
    r"|mitglied|aktenzeichen|geschäftszeichen|az|zähler|stand|gleis|platz|reihe|tisch|seite|bus|blz|durchwahl|postfach|plz|wagen|gewinn|saldo"
    r"|summe|betrag|gesamt"
    r"|tessera|abbonamento|contratto|utenza|contatore|lettura|totale|importo|posto|carrozza|binario|fila|tavolo|pagina|aula|esame|articolo|modello"
    r"|seriale|sinistro|protocollo|ricevuta|scontrino|commessa|lotto|buono|rif(?:erimento)?"
    r"|utente|socio|cap|p\.? ?iva|partita iva|cf|abi|cab|ddt|bolla|estrazione"
    r"|place|siège|voiture|quai|voie|page|article|modèle|compteur|relevé|solde|montant|adhérent|abonné|utilisateur|licence|caisse|guichet|cedex|cp"
    r"|siret|siren|poste|bât(?:iment)?|rang|tirage|(?-i:OR|BL|BC)"
    r"|usuario|abonado|asiento|andén|mesa|página|asignatura|modelo|serie|contador|lectura|total|importe|monto|recibo|lote|ventanilla|contrato"
    r"|suministro|siniestro|orden|guía|cita|boleto|sorteo|cif|nif|dni|nss|rfc|curp|anexo|ext(?:ensión)?"
    r"|sócio|utilizador|usuário|assento|poltrona|carruagem|plataforma|disciplina|leitura|valor|montante|guichê|balcão|instalação|sinistro|ordem"
    r"|guia|bilhete|cpf|cnpj|niss|rg|ag(?:ência)?|processo|ônibus|autocarro|andar|bloco|lugar|nota fiscal|nf|objeto"
    r"|carta|ordine|fattura|bolletta|pratica|cliente|stanza|civico|interno|scala|sportello|spedizione|prenotazione"
    r"|preventivo|biglietto|targa|treno|volo|linea|matricola|domanda|polizza|turno"
    r"|karte|bestellung|auftrag|rechnung|kundennummer|sendung|vertrag|zimmer|wohnung|zählerstand|packstation"
    r"|rechnungs?nr|kennzeichen|flug|zug|linie|hausnummer|antrag|vorgang|police"
    r"|carte|commande|facture|client|dossier|colis|chambre|devis|porte|appartement|appt|plaque|vol|train"
    r"|contrat|ligne|sinistre|réf(?:érence)?"
    r"|tarjeta|pedido|factura|expediente|sala|habitación|piso|placas?|matrícula|folio|localizador|vuelo|artículo|línea|solicitud|póliza"
    r"|turno(?: es el)?"
    r"|cartão|cartao|fatura|encomenda|protocolo|ramal|quarto|apto|apartamento|cep|entidade|final|voo|referência|linha|apólice|chamado"
    r"|kart[ąaęy]|zam[oó]wieni\w+|faktur[ayęe]?|paragon\w{0,2}|przesy[łl]k[ai]|rezerwacj\w+|klienta|pacjenta|studenta|ucznia|abonenta"
    r"|gab(?:inet)?|pok(?:[oó]j|oju)?|sal[aiy]|artyku[łl]|rachun(?:ek|ku)"
    r"|mieszkani\w|lokal|m\.|ul\.|al\.|poci[ąa]g\w?|autobus\w?|tramwaj\w?|lot|wagon|peron|zleceni[ea]|wnios(?:ek|ku)|zg[łl]oszeni[ea]|polis[ay]"
    r"|umow[ay]|lini\w|sygn\.?(?: akt)?|spraw[ay]|bilet\w?|karnet\w?|legitymacj\w"
    r"|badani[ae]|grup[ay]|klas[ay]|oddzia[łl]\w{0,2}|zap[łl]a[ćc]|wp[łl]a[ćc]|przela[łl]\w{0,2}|licznik\w?|wodomierz\w?|stan|pesel|regon"
    r"|indeks\w?|album\w|skierowani[ea]|stanowisk[oau]|okienko|boks|miejsce|budynek|model|seri[ai]"
    r"|pojazd|auto|tablic[ea]|kierunkow[ya]|wewn(?:[ęe]trzny|\.)?|kwot[aęy]|saldo"
    r"|suma|razem|cena|koszt|op[łl]ata|do zap[łl]aty|skr(?:ytka|\.) poczt\w*|kolejc\w|kolejk\w|b[łl][ęeąa]d\w{0,2}|kart[aęy] (?:lojalno\w+"
    r"|sta[łl]ego klienta)|losowani[ea]|tira[żz]|(?:stary|poprzedni\w?) (?:kod|pin|has[łl]o)"
    r"|kart|sipari[sş]|fatura\w*|m[uü][sş]teri|oda|daire|kat|dahili|kay[ıi]t|takip|barkod|plaka|poli[cç]e|ba[sş]vuru|s[oö]zle[sş]me|abone|tesisat"
    r"|[uü]ye|[oö][gğ]renci|dosya|evrak|protokol|sand[ıi]k|aday|fi[sş]"
    r"|dekont|vergi|sicil|seri|model|rezervasyon|randevu|bilet|koltuk|vagon|sefer|peron|saya[cç]|endeks|demirba[sş]|blok|parsel|kap[ıi]"
    r"|t\.?c\.?(?: kimlik)?|tutar[ıi]?|toplam|bakiye\w*|limit\w*|fiyat[ıi]?|[uü]cret[ıi]?"
    r"|bor[cç]\w*|s[ıi]n[ıi]f|grup|[sş]ube|hata(?: kodu)?|s[ıi]ra(?:n[ıi]z)?|kira|aidat|eski(?:si| kod| [sş]ifre)?|(?:i[sş]lem|hesap|talep|kargo"
    r"|g[oö]nderi|paket"
    r"|sipari[sş]|m[uü][sş]teri|randevu|referans|telefon|banka)\w{0,6} numara\w*"
    r"|карт\w{1,2}(?: лояльности| клиента)?|заказ\w{0,2}|сч[её]т\w?|заявк\w|кабинет|каб\.?|рейс|поезд|бронь|добавочный|доб\.?|трек(?:-номер)?"
    r"|доме?а?|кв\.?|оф(?:ис)?\.?"
    r"|квартир\w|подъезд|этаж|автобус|маршрут|обращени\w|заявлени\w|полис|договор\w?|талон|чек|накладн\w\w?|отправлени\w|отделени\w|индекс"
    r"|абонент\w?|пациент\w?|участок|зон\w|выход|вагон|место|ряд|зал"
    r"|перев[её]л[аи]?|оплатите|заплати(?:те)?|тираж|билет|бокс|дел[оау]|постановлени\w|протокол|приказ|снилс|инн|огрн|кпп|бик|ошибк\w|очеред\w"
    r"|л/с|лс|лицевой|хвс|гвс|модель|артикул"
    r"|серия|корп(?:ус)?\.?|стр\.|ул\.|школ\w|групп\w|баланс|остаток|сумм[аыу]|итого|цена|стоимость"
    r"|долг|лимит|задолженность|(?:стар|прежн|предыдущ)\w+ (?:код|пароль|пин)"
    r"|kartu|pesanan|tagihan|resi|pelanggan|ruang(?:an)?|berkas|rumah|rek(?:ening)?|kamar|lantai|plat|nopol|kereta|antrean|antrian|permohonan"
    r"|polis|faktur|idpel|npwp|nik|nim|nis[np]?|(?-i:VA)|cabang|(?:udah|sudah|barusan|tolong) (?:transfer|tf)|virtual account|meter(?:an)?"
    r"|ref(?:erensi)?|trx|blok|gang|jl|jalan|gedung|kursi|gerbong|peron|studio|trayek|seri|tipe|kelas|kav(?:ling)?|peserta|anggota|nasabah|pasien"
    r"|rekam medis|perkara|laporan|pengaduan|tiket|skor|total|saldo|harga"
    r"|error|eror|kesalahan|spbu|sebesar|senilai|tarif|biaya|ongkir|denda|nominal|nilai|jumlah|(?:yang|yg) lama|(?:kode|pin|password"
    r"|sandi) (?:lama|sebelumnya)"
    r"|(?<!pin )(?<!otp )(?<!code )(?<!kod )n(?:o|r|[°º]))"
    r"|(?<!رمز )(?<!كود )(?<!\w)[وبفل]?(?:ال)?(?:بطاق|طلب|شحن|طرد|غرف|شق|عمار|مبنى|طابق|قاع|صال|بواب|محط|موقف|شباك|ملف|فاتور"
    r"|حجز|لوح[ةه](?: [ء-ي](?: [ء-ي]){0,2})?|مركب[ةه](?: [ء-ي](?: [ء-ي]){0,2})?|سيار|رحل|قضي|مخالف|وثيق|عقد|عداد|دور|تذكر|مركز|جائز|محفظ|قسيم"
    r"|صندوق|خط[أا]|عطل"
    r"|مبلغ|رصيد|مرجع|معرف|[إا]يصال|سند|هوي|جلوس|اشتراك|شارع|فيلا|راتب|موديل|ماد)\w{0,3}|(?<!\w)(?:[وبفل]?(?:ال)?حساب"
    r"|(?:ال)?تحويل[ةه](?: \w{2,10})?|داخلي)"
    r"|رقم (?:ال)?(?:عميل|عملي[ةه]|جلوس|تسجيل|موافق[ةه]|سجل|قيد|[إا]ضافي|مشترك|عضوي[ةه]|هوي[ةه]|جواز|بلاغ|شكو[ىي]|تذكر[ةه]|موظف|طالب|مرجع\w?|تتبع"
    r"|تحويل|حوال[ةه]|وكال[ةه]|اشتراك|صنف|مقعد)"
    r"|कार्ड|ऑर्डर|ग्राहक|उपभोक्ता|बिल|कमरा|फ्लैट|फाइल|मकान|खाता|गाड़ी|आवेदन|शिकायत|पॉलिसी|मेंबरशिप|सदस्यता?|टोकन|टिकट|लैब|मीटर|रीडिंग|ट्रेन"
    r"|बस (?:नंबर|नं\.?|संख्या)|वाहन|सीट|कोच|गली|सेक्टर|टावर|वार्ड"
    r"|बूथ|रोल|एडमिशन|पावती|रसीद|चालान|केस|दावा|लोन|कनेक्शन|लॉटरी|एफआईआर|एरर|त्रुटि|आईडी|जैसे|सर्विस सेंटर|शाखा|ब्रांच|सं\.?|क्रमांक|अनुक्रमांक"
    r"|एआरएन|यूएएन|(?<!ओटीपी )(?<!पिन )(?<!कोड )नं\.?|(?-i:\b(?:ARN|UAN|CRN|AWB|UHID))|\b(?:error|bill|pnr|gaa?di|gali|maka+n|meter|reading|roll"
    r"|khata|kamra|sector|tower|1[68][0-9]0[ -][0-9]{1,4})|(?:गेट|एंट्री) ?पास|पुरस्कार|(?:पिन ?कोड|राशि|कुल|शेष|मूल्य|किराया|वेतन)"
    r"|บัตร|คำสั่งซื้อ|ออเดอร์|พัสดุ|ใบแจ้งหนี้|ใบเสร็จ|ใบสั่ง|ห้อง|แฟ้ม|เลขที่|ลูกค้า|บัญชี|บช\.?|วิชา|ขบวน|เที่ยวบิน|ตึก|ชั้น|อาคาร|ซอย|หมู่"
    r"|มิเตอร์|ไมล์|(?<!จอง)คิว|ลำดับที่|ที่นั่ง|กรมธรรม์"
    r"|สัญญา|คดี|อ้างอิง|ผู้เสียภาษี|ประจำตัว(?:ประชาชน)?|โต๊ะ|เลขเครื่อง|กล่องกุญแจ|ประตู|เช่น|ตัวถัง|พาสปอร์ต|เอกสาร|ผู้ป่วย|รุ่น|งวด|หวย"
    r"|รางวัล(?:ที่ ?[0-9])?|ล็อต|สมาชิก|ปณ\.?|จำนวน|ยอด|ราคา|รวม|คงเหลือ|\bref ?[12]?|(?-i:\b(?:HN|AN|VN|PO|QQ))"
    r"|ทะเบียน(?: ?[0-9]?[ก-ฮ]{1,3})?"
    r"|订单|訂單|單號|航班|[车車]牌[号號为是:：]{0,2}[一-鿿]?|[栋棟幢楼樓座]|保[单單]|发车|出发|起飞|邮编|郵編|邮政编码|郵遞區號|[区區][号號]|编[号码]|編[號碼]|分机|分機|[0-9](?:[转轉]|#)|群[号聊]?"
    r"|(?<![件货貨餐个個的里裡碼码机機])(?<!验证)(?<!驗證)[号號]|例如|比如|(?:营业|營業|开放|開放|服务|服務)(?:时间|時間)?|卡|[共计計约約价價额額]|表[码碼]|【[^】\n码碼]{1,12})"
    r"(?:\W{0,3}(?:n|nr|no|num\w*|number|numer|nummer|номер|رقم|नंबर|संख्या|หมายเลข|号|號)"
    r"| (?-i:(?!Code|Cod|Kod|Kode|Pin|Otp|Tan|Clave|Senha|Haslo|Sifre|Parola|Sandi|Password)[A-Z][a-z]{2,11}))?)"
    r"[\s.:：#°ºم-]{0,3}$",
    re.IGNORECASE,
)
# A phone number may be written in pieces; a text is sent to another.
PHONE_BEFORE: Final = re.compile(
    r"(?:\b(?:call(?: us)?(?: on| at)?|dial|ring|tel|phone|hotline|helpline|sms to|text|chiama(?:re|te)?|telefon(?!u(?:n|nuz|muz)[uaı])\w*"
    r"|numero verde|per dubbi|rufen sie|anrufen|fragen|appelez(?: le)?|appel|au|llam[ea](?: al)?|dudas|ligue(?: para)?"
    r"|dúvidas|central|landline|fax|freephone|reach us|festnetz|notruf|sperr(?:en|hotline|notruf)?|wählen sie|rückruf|fisso|centralino|joindre"
    r"|contacte[rz]|standard|fixe|fijo|fixo|sac|disque|(?:no|via|pelo|por|par) (?:zap|whats(?:app)?)|ligu(?:em|ar)|llam(?:ar|en)|tel[eé]fono"
    r"|telefone|(?:za)?dzwo[nń]\w{0,3}|infolini\w|kontakt|biuro|awari\w|pogotowie|pod (?:nr|numer(?:em)?)|(?:по|пере)?звон\w{1,5}"
    r"|тел(?:ефон\w{0,3})?|(?:горяч\w+ лини\w|колл-?центр|контакт-?центр|поддержк\w|справк\w|жалоб\w)"
    r"|не (?:вы|ты|запрашивали|оформляли)\b[^\d\n.]{0,12} набер\w+|трубку[^\d\n.]{0,12} набер\w+|по номеру|на номер|с номера|номер телефона"
    r"|hubungi|hub|telp|telepon|(?:ke|via|chat|hubungi) (?:wa|whatsapp)|bantuan|layanan|call ?cent(?:er|re)|pengaduan|contact|kundendienst"
    r"|(?:m[uü][sş]teri )?hizmetleri|destek|[cç]a[gğ]r[ıi] merkezi|[iİ]leti[sş]im|alo"
    r"|(?:no(?:mor)?|nr|numer) (?:hp|wa|telp|telepon|telefonu|tel)"
    r"|compose[rz]|marque"
    r"|(?:report|segnal\w+|meld\w+|signal\w+|denunci\w+|zg[łl]o[sś]|prze[sś]lij|przeka[zż]|odpisz|перешлите|сообщите"
    r"|lapor\w*)[^\n0-9]{0,15} (?:on|to|al?|an|unter|au|para|pod|na|nr|на|ke)"
    r"|(?:text|txt|send|reply|sms|invia|scrivi|sende|envoyez|env[ií]e|enviando|wy[sś]lij|odpisz|отправьте|пришлите|напишите|kirim|ketik|balas)"
    r"\b[^\n0-9]{0,24} (?:to|al|an|para|na|на|ke))"
    r"|(?:[إا]تصل\w{0,3}|تواصل\w{0,2}|راسلنا|كل[ّ]?منا|\bبل[ّ]?غ)(?: بنا| معنا| فور[اًا]{1,2})?(?: (?:على|ع|عبر|بـ?|بالرقم))?(?: (?:ال)?رقم)?"
    r"|هاتف|تلفون|جو[ّ]?ال|موبايل|[أا]رسل\w{0,2} \S{1,8} (?:[إا]لى|على|ل)"
    r"|(?:للاستفسار|لل[إا]بلاغ|للتبليغ|للبلاغات|للشكاو[يى]|للمساعد[ةه]|للدعم|الخط الساخن|خدم[ةه] (?:ال)?عملا\w{1,2}|مركز (?:ال)?(?:اتصال"
    r"|خدم[ةه]))[^\d\n.،,:]{0,24}"
    r"|फोन|फ़ोन|कॉल|मोबाइल|मो\.|हेल्पलाइन|टोल[ -]?फ़?्री|सहायता(?: हेतु| के लिए)?|ग्राहक सेवा|संपर्क(?: करें)?|डायल(?: करें)?|व्हाट्सएप"
    r"|\b(?:call(?:ing)?|helpline|toll[ -]?free|customer care|call ?cent(?:er|re)|สายด่วน)"
    r"|(?<!เบอร์)โทร(?:ศัพท์|ฯ|หา|แจ้ง|ถาม|กลับ|ติดต่อ|สาย(?:ด่วน)?|ด่วน|เลย)?|เบอร์(?:โทร)?|ติดต่อ|แจ้งความ(?:ออนไลน์)?|แจ้งเหตุ|แจ้งเบาะแส"
    r"|สอบถาม(?:เพิ่มเติม|ได้ที่|ที่)?|สายด่วน(?: [A-Za-zก-ฮ]{2,8})?|คอลเซ็?นเตอร์|ฮอตไลน์|\sต่อ"
    r"|(?:致[电電]|[电電][话話]|[热熱][线線]|[专專][线線]|客服|[拨撥]打?|[咨諮][询詢]|洽[询詢]?|[详詳垂][询詢]|[举舉][报報]|[联聯][系繫络絡]|反[诈詐][骗騙]?(?:中心|[热專专][线線])?"
    r"|接到)[^\d\n，,。:：码碼令]{0,12}(?:[0-9]{3,11} ?[或/、] ?)?"
    r"|发送\w{0,8}至|[发發]送?[^\d\n]{0,3}到)"
    r"(?: (?:il|al|el|le|la|o|ao|à|the|den|die|nr))?[\s.:：(+0-9)-]{0,12}$",
    re.IGNORECASE,
)
# A year may stand beside such a word, but not as a code.
MONTH_BEFORE: Final = re.compile(
    r"(?:\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|gen|mag|giu|lug|ago|set|ott|dic|ene|abr|mär|mai|okt|dez"
    r"|fév|fev|avr|juin|juil|ao[uû]|déc|out|sty|lut|kwi|maj|cze|lip|sie|wrz|paź|lis|gru|oca|[sş]ub|nis|haz|tem|a[gğ]u|eyl"
    r"|eki|kas|ara|янв|фев|мар|апр|мая|июн|июл|авг|сен|окт|ноя|дек|agu|des)[^\W\d]{0,8}\.?"
    r"|\b(?:in|since|year|anno|año|ano|année|jahr|rok\w?|y[ıi]l\w*|год\w?|с|до|от|в|od|do|w|z|tahun|thn|sejak|sampai)"
    r"|[ก-ฮ]\.[ก-ฮ]\.|พ\.ศ\.|ปี|คม|ยน|พันธ์|سنة|عام|يناير|فبراير|مارس|[أا]بريل|مايو|يوني[وه]|يوليو|[أا]غسطس|سبتمبر|[أا]كتوبر|نوفمبر|ديسمبر"
    r"|जनवरी|फरवरी|मार्च|अप्रैल|मई|जून|जुलाई|अगस्त|सितंबर|अक्टूबर|नवंबर|दिसंबर)"
    r"[\s,]{0,2}(?:de |del )?$",
    re.IGNORECASE,
)
# Codes of shops and friends open no account. Nor is the PIN of a card in a text that tells it comes by post.
PROMOTION: Final = any_of(
    r"promo(?!t\w*r)|coupon|voucher|discount|% off|sconto|descuento|desconto|cupom|cupón|rabatt?|gutschein"
    r"|r[eé]duction|indirim|kupon|скидк|промокод|diskon|zni[żz]k|korting",
    r"خصم|छूट|कूपन|ส่วนลด|优惠|折扣|優惠|クーポン|할인",
    # sales
    r"\b(?:black friday|soldes|saldi|rebajas|wyprzeda[zż]\w*|распродаж\w*|saldos|liquida[cç][aã]o|flash sale|gratis ongkir)\b|-[0-9]{1,2} ?%",
    r"ลดแรง|ลดทันที|ลดราคา|تخفيضات|满减|立减|打折|促销",
    # lotteries
    r"\b(?:lotto\w*|lottery|jackpot|bonus ball|raffle|prize draw|hai vinto|estrazione|superenalotto|lot[eé]ri[ae]|tirage|gagnante?s?"
    r"|vous avez gagné|loter[ií]a|sorteos?|has ganado|ganador\w*|sorteio|ganhou|ganhador\w*|mega-?sena"
    r"|euromil\w+|gewinn(?:zahl\w*|spiel\w*|nummer\w*|er)|gewonnen|verlosung)\b",
    r"\b(?:zwyci[ęe]zc\w+|wygra(?:[łl]e[śs]|[łl]a[śs]|na)|loteri\w+|zdrapk\w+|розыгрыш\w*|лотере\w+|вы выиграли|выигрыш\w*|[cç]ekili[sş]\w*"
    r"|ikramiye\w*|kazand[ıi]n[ıi]z|piyango\w*|pemenang|undian|memenangkan)\b",
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
    r"\b(?:flight|flug|volo|vuelo|vol|voo|lot|samolot\w*|u[cç]u[sş]\w*|sefer(?!lik)\w*|рейс\w*|penerbangan|boarding|train|zug|treno|tren\w{0,3}"
    r"|poci[ąa]g\w*|поезд\w*|kereta|kursi|koltuk|vagon|peron|место|pnr|hotel\w{0,3}|otel\w*|отел\w+|ice|wagen|voiture|carrozza|вагон|ticket"
    r"|fahrkarte|bigliett\w|billetes?|billets?|bilhetes?|bilet\w*|билет\w*|tiket"
    r"|check-in)\b",
    r"उड़ान|ट्रेन|เที่ยวบิน|โรงแรม|رحل[ةت]|فندق|航班|列车|酒店",
)
