"""What tells codes that open, name or buy something else from one-time codes, in the languages that services write in."""

import re
from typing import Final

from .one_time_code_words import SECRET, any_of

# What stands with such a word when it opens a door or a network, or does not work.
_OTHER_LOCK: Final = (
    r"(?:\b(?<!\bno )(?<!\ban der )(?<!\bat the )(?<!\bat your )(?<!\bpod )(?<!przed )(?<!\bу )(?<!возле )(?<!depan )(?:gate|garage\w*|garaje"
    r"|garagem|garaż\w*|garaj\w*|garasi|гараж\w*|cochera|(?:key[ -]?)?safe|lock ?box|key ?box|padlock|keyholders?|bike ?(?:shed|store)|bin store"
    r"|storage unit|barrier|suitcase|communal door|entry ?phone|lobby door|schlüssel(?:box|safe|kasten|tresor)\w{0,2}|spind\w?|fahrradkeller\w?"
    r"|tiefgarage\w?|schranke|müllraum\w?|zahlenschloss|koffer\w?|citofono|androne|box auto|sbarra|trastero|verja|cerradura|barrera"
    r"|boîtier|boîte à cl[eé]s?|coffret|barrière|interphone|interfone|catraca|cancela|fechadura|alarm\w*|tresor|schloss|treppenhaus|cassaforte"
    r"|lucchetto|allarme|caja fuerte|candado|coffre|cadenas|cofre"
    r"|cadeado|sejf\w*|kłódk\w+|kasa(?:n[ıi]n|s[ıi]n[ıi]n)?|kilit\w*|сейф\w*|замк\w+|сигнализ\w+|brankas|(?:front|back|main|entry)[ -]?door"
    r"|building|entrance|haus ?tür\w*|tür|tor|fürs tor|eingang\w*|cancell\w+|porton\w*"
    r"|(?<!\b[ea]l )(?<!\b[na]o )(?<!\bun )(?<!\bum )portal(?! (?:pacj|klien|stud|pasien|pelang|web|online|d[aeo]s? ))|port[oó]n|edificio|portail"
    r"|immeuble|digicode|port[aã]o|pr[eé]dio|condom[ií]nio|furt\w+"
    r"|bram\w+|klatk\w+|domofon\w*"
    r"|szlaban\w*|piwnic\w+|śmietnik\w*|rowerowni\w*|zamk(?:a|u|iem)|zamek|szyfr\w*|walizk\w+|skrzyn[ck]\w+ (?:na|z) klucz\w+|drzwi (?:wej\w+|do)"
    r"|drukark\w+"
    r"|шлагбаум\w*|черн\w+ ход\w*|входн\w+ двер\w+|(?:на|от) двер\w+|ключниц\w+|чемодан\w*|кладовк\w+|парадн\w+|подвал\w*|шифр\w*|принтер\w*"
    r"|bariyer\w*|otopark\w*|asans[oö]r\w*|bavul\w*|valiz\w*|yaz[ıi]c[ıi]\w*|kosan|kontrakan|palang|koper|printer"
    # files and games
    r"|(?:zip|pdf|rar)\w{0,3}|archiw\w+|plik[ui]?|za[łl][ąa]cznik\w*|wyci[ąa]g\w*|архив\w*|файл\w*|dosya(?:n[ıi]n|s[ıi]n[ıi]n)|ekstre\w*"
    r"|e-?statement|lampiran|kahoot|quizizz|mentimeter|jackbox"
    r"|(?<!devlet )kap[ıi](?:n[ıi]n|s[ıi])?|apartman\w*|bina(?:n[ıi]n)?|подъезд\w*|домофон\w*|калитк\w+|ворот\w*|gembok|pintu|pagar|gerbang)\b"
    r"|गेट|दरवाज़?[ेा]|ताल[ेा]|तिजोरी|सूटकेस|अलार्म|गैरेज|गैराज|लिफ्ट|\b(?:darwaz[ea]|taal[ea]|tijori|lift)\b|ประตู|รั้ว|เซฟ|กุญแจ|กระเป๋าเดินทาง"
    r"|กันขโมย|โรงรถ|ลิฟต์|ลิฟท์"
    r"|خزن[ةه]|قفل|[جك]راج|إنذار|مصعد|شنط[ةه]|(?:(?<!\w)باب|بواب[ةه]) (?:ال)?(?:عمار[ةه]|مبنى|بناي[ةه]|فيلا|بيت|حوش|مجمع|حديق[ةه]|مدخل|رئيسي\w*"
    r"|خارجي\w*)|العمار[ةه]"
    r"|保[险險][箱柜櫃]|[车車][库庫]|道[闸閘]|行李箱|更衣[柜櫃]|报警器)"
)
_FAULT: Final = (
    r"(?:\b(?:error|fault|erreur|fehler|errore|erro|b[lł][eęąa]d\w{0,2}|usterk\w|hata(?:s[ıi]|n[ıi]n)?|ar[ıi]za|ошибк\w|неисправност\w|сбо[йяею]"
    r"|kesalahan|gangguan)\b"
    r"|एरर|त्रुटि|(?:ข้อ)?ผิดพลาด|خط[أا]|عطل|错误|錯誤|故障|报错|報錯|异常)"
)
_NETWORK: Final = (
    r"(?:(?<![a-z])wi-?fi(?![a-z])|\b(?:wlan|hotspot|wi-?fi\w{1,4}|wi fi|вай-?фа\w+|роутер\w*|router\w*"
    r"|ruter\w*|modem\w*|internetin|tethering)\b|वाई-?फ़?ाई|ไวไฟ|วายฟาย|واي ?فاي|الشبك[ةه]|无线|無線|热点|熱點)"
)
_DEFECT: Final = (
    r"(?:(?:has |is |est |è |ha |ist |já |ya )?(?:expired|broken|not work\w*|doesn['’]?t work|didn['’]?t work|invalid|incorrect|wrong"
    r"|no longer valid|already (?:been )?used|blocked|locked|can['’]?t be reused"
    r"|abgelaufen|kaputt|ungültig|falsch|gesperrt|funktioniert nicht|geht nicht|nicht (?:mehr )?gültig|läuft [^.\d\n]{0,20} ab|scadut\w|rott\w"
    r"|non valid\w|errat\w|sbagliat\w|bloccat\w|non funziona"
    r"|già (?:stat\w )?(?:usat\w|utilizzat\w)|caducad[oa]|caducó|expirad[oa]|expiró|vencid[oa]|venció|incorrect[oa]|err[oó]ne[oa]|inválid[oa]"
    r"|bloquead[oa]|no (?:sirve|vale)|ya (?:ha sido )?(?:usad|utilizad)[oa]"
    r"|expirée?|cassée?|ne (?:marche|fonctionne)|marche (?:pas|plus)|passe plus|erronée?|périmée?|bloquée?|déjà utilisée?|plus valable|expirou"
    r"|venceu|incorret[oa]|errad[oa]|já (?:foi )?(?:usad|utilizad)[oa]"
    r"|no funciona|n[aã]o (?:funciona|serve)|wygas[łl]\w*|straci[łl]\w* wa[żz]no[śs][ćc]|nie dzia[łl]a|zepsut\w"
    r"|niewa[żz]n\w|nieaktualn\w|b[łl][ęe]dn\w|s[üu]resi (?:doldu|dolmu[sş]|ge[cç])\w*|bozuk"
    r"|[cç]al[ıi][sş]m[ıi]yor|ge[cç]ersiz|hatal[ıi]|yanl[ıi][sş]|ист[её]к\w*|не (?:работает|действует|подош\w+|подходит)"
    # is not needed, or is as it was
    r"|не (?:нуж\w+|требу\w+|понадоб\w+|менял\w*)|прежн\w+|тот же|nie (?:jest )?(?:potrzebn|wymagan)\w+|niepotrzebn\w+|bez zmian|ten sam|to samo"
    r"|takie samo"
    r"|gerekm(?:ez|edi|iyor)\w*|gerekli de[gğ]il|ayn[ıi](?! \w)|(?:tidak|ga|gak|nggak|tak) (?:perlu|usah|diperlukan)|masih sama|tetap sama"
    r"|недействител\w+"
    r"|неверн\w+|просрочен\w?|сломал\w*|kedaluwarsa|kadalu[aw]arsa|rusak|tidak (?:valid|berlaku)|kharab)\b"
    r"|समाप्त|ख़?राब|एक्सपायर|หมดอายุแล้ว|ใช้ไม่ได้|ใช้งานไม่ได้|انتهت|منتهي[ةه]? الصلاحي|(?<![后後将將会會])(?:已?[过過]期(?!前)|失效)|[坏壞]了|还是坏|還是壞|停用|作废|作廢)"
)
# Compounds of such words (and the PUK of a SIM) that are good longer, or open nothing.
NO_CODE: Final = any_of(
    r"(?:\b(?:zip|post(?:al)?|area|country|dress|error|fault|bar|qr|source|product|item|article|tracking|booking"
    r"|reservation|customer|client|tax|sort|swift|bank|status|referral|invite|order|colou?r|promo(?:tion(?:al)?)?"
    r"|discount|coupon|voucher|gift|ticket|queue|case|member(?:ship)?|contract|policy|meter|door|entry ?phone|room|meeting|class(?:room)?|course"
    r"|exam|module|subject|game|party|quiz|kahoot|conference"
    r"|dial(?:l?ing|[ -]in)?|station|airport|flight|fare|rate|paint|radio|stereo|commodity|hs|plu|sku|model|part|batch|lot|unit|vendor|supplier"
    r"|employee|staff|payroll|department|cost|project|billing|occupancy"
    r"|procedure|penal|criminal|building|highway|morse|genetic|partner|affiliate|creator|student|school|iata|locator|presale|pre-sale|invit(?:e"
    r"|ation)|sponsor|team|server|friend|nhs|icd|diagnosis|allergen)[ -]?)codes?\b",
    r"\b(?:old|previous|alte[nrs]?|vorherige\w?|bisherige\w?|vecchi[oa]|precedente|ancien(?:ne)?|viej[oa]|antigu[oa]|anterior|antig[oa]|velh[oa]"
    r"|usual|üblich\w+|solit[oa]|habituel(?:le)?) (?:" + SECRET + ")",
    # of a SIM, or to leave for another network
    rf"\bicc(?:id)?\b[^\n]{{0,40}}(?:{SECRET})|\bpin\b(?=\W{{1,3}}[0-9]{{4}}\W{{1,3}}puk)|\b(?:pac|stac|rio|migra\w+|portierungs?|portabilità"
    rf"|portabilité)[ -]?(?:{SECRET})|\b(?:code|codice|c[oó]digo) (?:di |de )?(?:rio|migrazione|portabilidad\w?)\b",
    rf"\b(?:combina\w+|combinaison|kombination|sequen\w+)[^.\d\n]{{0,20}}{_OTHER_LOCK}",
    # what is never asked for
    r"(?:\b(?:never|won['’]t|will not|do not|don['’]t|would not|wouldn['’]t)[^.\d\n]{0,25}\b(?:ask|request|call|phone|contact)|\b(?:fr[aä]g\w+"
    r"|verlang\w+|bitten|forder\w+)[^.\d\n]{0,25}\b(?:nie\w*|nicht|keine?\w?)"
    r"|\b(?:nie\w*|nicht|keine?\w?)[^.\d\n]{0,25}(?:fragen|verlangen|bitten|nach\b)|\b(?:mai|non)[^.\d\n]{0,20}\b(?:chied\w+|richied\w+)"
    r"|\bdemand\w+[^.\d\n]{0,12}jamais|\bjamais[^.\d\n]{0,15}demand\w+"
    r"|\b(?:nunca|jam[aá]s|no|n[aã]o)[^.\d\n]{0,15}\b(?:ped\w+|pid\w+|solicit\w+|pergunt\w+))[^.\d\n]{0,40}?(?:"
    + SECRET
    + ")",
    r"\b(?:se|if|si|wenn|falls)[^.\d\n]{0,25}\b(?:pedir\w*|piden?|asks?|chied\w+|demand\w+|fragt|fragen)[^.\d\n]{0,20}(?:"
    + SECRET
    + ")",
    r"\bcodes? of (?:conduct|practice|ethics)",
    rf"\b(?:идентификатор\w*|identyfikator\w*|toplant[ıi] (?:kimli[gğ]i|kod|no)\w*|id (?:rapat|toplant[ıi]|spotkania))[^\n]{{0,40}}?(?:{SECRET})",
    r"(?:gutschein|rabatt|aktions|promo|buchungs|fehler|bar|strich|quell|kunden|artikel|produkt|länder|sendungs"
    r"|reservierungs|empfehlungs|einladungs|kortings|actie|raum|zimmer|klassen|kurs|spiel|meeting|konferenz|besprechungs|farb|lack|radio|länder"
    r"|vorwahl|branchen|steuer|zoll|waren|teile|modell|typ"
    r"|chargen|serien|personal|mitarbeiter|schul|schüler|studien|filial|bank|swift|bic|hotel|tarif|storno|retouren|verfolgungs|tracking|diagnose"
    r"|dress|kleider|schloss|safe|tresor|alarm|gebäude|lager|spind|koffer"
    r"|drucker|kopierer|geräte|geschenk|freundschafts|partner|verkäufer|händler|lieferanten|prüfungs|fach|modul|vertriebs|agentur|wlan|w-lan"
    r"|objekt|kfz|morse)-?(?:code|kod)\w{0,2}\b",
    r"\bcodic[ei] (?:di |del |della |dell'|d')?(?:postale|fiscal\w|client\w|sconto|promo\w*|prodotto|articolo"
    r"|prenotazione|ordine|a barre|tracciamento|tracking|strada|iban|errore|civile|penale|destinatario|spedizione"
    r"|pratica|utente|fornitore|abito|qr|meccanografico|sdi|ateco|catastale|bic|abi|cab|swift|cors[oi]|esame|insegnamento|materia|classe|classroom"
    r"|riunione|aula|stanza|gioco|sorgente|colore|vernice"
    r"|(?:auto)?radio|modello|serial\w|ricambio|lotto|punto vendita|negozio|agente|collaboratore|dipendente|matricola|studente|docente|scuola"
    r"|tessera|socio|abbonamento|contratto|pdr|pod|fornitura|impianto"
    r"|contatore|polizza|sinistro|tributo|avviso|cbill|bollettino|rivenditore|partner|invito|amico|regalo|buono|coupon|volo|treno|pnr|biglietto"
    r"|farmaco|esenzione|ricetta|diagnosi|comune|paese|area|stato"
    r"|deontologico|etico|morse|genetico|commerciale|penale|cancello|portone|porta|garage|citofono|allarme|cassaforte|valigia|lucchetto|bagno"
    r"|palestra|univoco (?:ufficio|destinatario)|presenta\w*)\b",
    r"\bcodes? (?:de |d'|à |du |de la )?(?:la )?(?:postal|promo\w*|r[eé]duction|route|source|client|article|barres?"
    r"|erreur|produit|avantage|vestimentaire|parrain\w*|suivi|r[eé]servation|civil|p[eé]nal|guichet|qr|salle|chambre|cours|classe|classroom"
    r"|r[eé]union|jeu|partie|mati[eè]re|[eé]tablissement|[eé]cole|employ[eé]"
    r"|agent|vendeur|magasin|agence|banque|bic|swift|iban|rib|insee|ape|naf|siret|siren|rome|couleur|peinture|(?:auto)?radio|moteur|mod[eè]le"
    r"|s[eé]rie|pi[eè]ce|lot|fournisseur|partenaire|adh[eé]rent|abonn[eé]"
    r"|contrat|compteur|billet|train|vol|dossier|pnr|porte|portail|immeuble|garage|alarme|coffre|cadenas|v[eé]lo|entr[eé]e|interphone|cave"
    r"|r[eé]sidence|wi-?fi|box|livebox|morse|g[eé]n[eé]tique|travail"
    r"|mon[eé]taire|douanier|cip|ean|iata|d[eé]partement|pays|r[eé]gion|ville|cadeau|privil[eè]ge|remise|invitation|examen|agr[eé]ment|valise"
    r"|imprimante)\b",
    r"\bc[oó]digos? (?:de |del |da |do |dos |das |de la |de los )?(?:clases?|cursos?|materia|asignatura|sala|aula|reuni[oó]n|juego|partida"
    r"|classroom|centro|colegio|emplead[oa]|vendedora?|agente|tienda|sucursal|banco|bic"
    r"|swift|iban|cie|cnae|cae|cid|cfop|ncm|ibge|modelo|serie|série|colou?r|cor|pintura|tinta|r[aá]dio|pieza|peça|lote|proveedor|fornecedor|socio"
    r"|sócio|associado|abonado|assinante|contrato|suministro|instala[cç][aã]o|cups|contador"
    r"|p[oó]liza|apólice|billete|bilhete|vuelo|voo|tren|trem|comboio|pnr|localizador|expediente|processo|invitaci[oó]n|convite|amig[oa]"
    r"|referid[oa]|indica[cç][aã]o|regalo|presente|puerta|porta|portal|port[oó]n|portão|portaria|garaje|garagem"
    r"|edificio|prédio|condomínio|alarma|alarme|candado|cadeado|cofre|caja fuerte|trastero|cochera|morse|gen[eé]tico|deontol[oó]gico|[eé]tica"
    r"|trabajo|trabalho|tr[aâ]nsito|consumidor|tribut[aá]rio|aduanero|arancelario|ean|iata"
    r"|provincia|municip\w+|ciudad|cidade|estado|wi-?fi|guía|rastreo|turma|disciplina|matr[ií]cula|funcion[aá]rio|colaborador|loja|ag[eê]ncia"
    r"|boleto|pix|copia e cola|receita|linha digitável|objeto|atcud|solicitud|examen|prueba|farmacia"
    r"|lavadora|aparelho|aparato|postal|promocional|promoci[oó]n|promo[cç][aã]o|descuento|desconto"
    r"|barras?|[aá]rea|error|erro|reserva|cliente|producto|produto|art[ií]culo|artigo|seguimiento|rastreio"
    r"|rastreamento|civil|penal|qr|vestimenta|fuente|pa[ií]s|cup[oó]n|cupom|conducta|conduta)\b",
    # the number of a queue
    r"\bsenha\b[^.\n]{0,40}(?:guich[eê]|mesa\b|aguard|tempo (?:estimado|de espera)|painel|chamad)|\bsenha\b(?= ?:?\s?[A-Z][0-9]{2,3}\b)",
    r"\bkod\w{0,3} (?:pocztow|rabatow|promocyjn|kreskow|klient|produkt|b[lł][eę]d|rezerwac|kierunkow|towar|kraj|qr|swift|bic|bank|pkd|gtu|cpv|icd"
    r"|celn|podatkow|jednostk|sklep|obiekt|gmin"
    r"|źr[oó]d[łl]ow|genetyczn|drogow|cywiln|karn|pracy|pracownik|agent|partner|polec|zaprosz|upomink|podarunk|zni[żz]k|lojaln|[śs]ledz|farb"
    r"|lakier|kolor|radi|pokoju"
    r"|s[aą]du|parking|odpad|zawodu|uczelni|szko[łl]|plac[oó]wk|oddzia[łl]|stacj|lotnisk|taryf|stref|pojazd|wersj|us[łl]ug|urz[aą]dz|opakow"
    r"|partii|serii|spotkani|zaj[ęe][ćc]|klas|lekcj|gry|grup|webinar|kurs|quiz|kibic|dost[ęe]pu do (?:budynk|biur|klatk|gara|sejf|wifi|wi-fi"
    r"|sieci))\w*"
    r"|\b(?:kod\w*|pin\w*|has[łl]\w+) (?:do|od) (?:laptop|komput|tablet|drukar|ksero|ekspres|telewizora|pilota|radia|zmywark|roweru|szatni|toalet"
    r"|wc)\w*"
    r"|\b(?:(?:tw[oó]j|nasz|wasz|nr|numer|na|z|do) nip|nip (?:firmy|nabywcy|sprzedawcy|to|pegawai|guru|baru)"
    r"|nip(?=[-: ]{1,2}[0-9]{3}-?[0-9]{2,3}-?[0-9]{2}))\b"
    r"|\bnumer (?:kierunkowy|konta|rachunku|karty|klienta|seryjny)",
    r"(?:[sş]ifre\w*|kod\w*|pin\w*|has[łl]\w+|парол\w+|код\w*|пин\w*|sandi|password)[^.\d\n]{0,12} (?:по умолчанию|domy[śs]ln\w+|fabryczn\w+"
    r"|varsay[ıi]lan|bawaan|standar)"
    r"|\b(?:domy[śs]ln\w+|fabryczn\w+|varsay[ıi]lan|fabrika) (?:kod|pin|has[łl]|[sş]ifre|parola)\w*",
    r"\b(?:posta|alan|indirim|kupon|[uü]r[uü]n|m[uü][sş]teri|hata|rezervasyon|promosyon|kampanya|takip|[uü]lke|davet|hediye|qr|bar|kare|swift|banka"
    r"|[sş]ube|vergi|g[uü]mr[uü]k|bayi|stok|model|renk|beden|b[oö]lge|il|[sş]ehir|telefon|ders|s[ıi]n[ıi]f|classroom|toplant[ıi]|oyun|referans"
    r"|sponsor|partner|personel|sicil"
    r"|ar[ıi]za|kaynak|genetik|giyim|k[ıi]yafet|etik|okul|tercih|program|bran[sş]|te[sş]vik|gtip|i[sş] yeri|kurum|optik|sat[ıi]c[ıi]|ma[gğ]aza"
    r"|(?:iade )?kargo|abonelik|acente|davetiye|kurs|[uü]niversite|hastane|hizmet|cihaz|parti|tarife|il[cç]e|mahalle|istasyon|d[oö]viz"
    r"|tedarik[cç]i)"
    r" kod\w*|\b(?:s[ıi]n[ıi]f|ders|toplant[ıi]|zoom) [sş]ifre\w*"
    r"|\b(?:bilgisayar|laptop|tablet|telefon|modem|ev|ofis|kasa)(?:\w*[ıiuü]n)? (?:[sş]ifre|parola|pin)\w*",
    r"\b(?:(?:почтов|таможенн|телефонн|междугородн|международн|бонусн|подарочн|реферальн|скидочн|налогов|товарн|идентификационн|программн|исходн"
    r"|генетическ|уголовн|гражданск|трудов|цветов|заводск|сервисн|партн[её]рск)\w+ |штрих-?|промо-?|qr-?|бар)код\w{0,2}(?![а-яё])"
    r"|\bкод\w{0,2} (?:город|товар|стран|ошибк|клиент|бронировани|скидк|регион|домофон|продукт|неисправ|подразделени|организаци|отдел\b|отделени"
    r"|валют|тн|оквэд|окпо|октмо"
    r"|окато|кбк|бик|мкб|swift|банка|налогов|ифнс|маршрут|станци|аэропорт|детал|краск|цвет|запчаст|двер|подъезд|ворот|калитк|сейф|замк|сигнализ"
    r"|отслеживани|партн[её]р|агент"
    r"|сотрудник|абонент|плательщик|друг|приглаш|сертификат|купон|класс|комнат|игр|урок|курс|встреч|конференци|специальност|профессии|магазин"
    r"|модел|филиал|парков|маркировк|отход|школ|вуз|услуг|устройств|верси|парти|сери|тариф|назначени|упаковк|суда|район|муниципал)\w*"
    r"|\b(?:код|пароль|пин(?:-?код)?)\w{0,2} от (?:ноут|комп|планшет|телефон|айфон|принтер|квартир|дома|офис|роутер|камер|шкафчик)\w*",
    r"\b(?:promo|voucher|kode) ?(?:pos|promo|booking|barang|produk|diskon|voucher|referral|kupon|pelanggan|etik|area"
    r"|negara|bank|qr|error|toko|pemesanan|eror|kesalahan|batang|warna|mata kuliah|mapel|kelas|classroom|meeting|rapat|zoom|ruang(?:an)?|room"
    r"|game|saham|emiten|wilayah|daerah"
    r"|kecamatan|kota|cabang|swift|pajak|billing|bayar tagihan|agen|mitra|karyawan|sekolah|prodi|jurusan|supplier|resi|lacak|pelacakan|undangan"
    r"|ajakan|teman|redeem|hadiah|undian|pemenang"
    r"|cek pemenang|hemat|kosan|rumah|cat|buku|rak|ban|plat|unik|dosen|bayar|pembayaran|layanan|stasiun|bandara|mesin|unit|provinsi|kelurahan"
    r"|kampus|guru|siswa|aset|batch|seri|tarif|lokasi)\b"
    r"|\b(?:beli|isi|pembelian|stroom/) ?token|\btoken (?:listrik|pln)|\b(?:pin|password|sandi|pw) (?:laptop|komputer|pc|tablet|printer|hp"
    r"|kunci layar)\b",
    r"\bmã (?:bưu|giảm|khuyến|đơn|vận|sản phẩm|khách)\w*",
    r"(?:رمز|كود) (?:ال)?(?:بريدي?|خصم|منتج|حجز|منطق[ةه]|عميل|شحن[ةه]?|تتبع|خط[أا]|دول[ةه]|طلب|qr|عرض|قسيم[ةه]|كوبون|هدي[ةه]|بطاق[ةه]|مفوتر|موظف"
    r"|طالب|ماد[ةه]|مقرر"
    r"|فرع|بنك|سويفت|ضريب[ةه]|مشترك|عضوي[ةه]|لون|مقاس|صنف|سلع[ةه]|مدين[ةه]|نداء|مرجعي?|دعو[ةه]|[إا]حال[ةه]|عداد|عطل|متجر|تاجر|جهاز|موديل|دهان"
    r"|[إا]ذاع[ةه]|حقيب[ةه]|شنط[ةه]|ترويجي?|كتاب|منظم|سحب على|صف|فصل|اجتماع|مستودع)"
    r"|(?:رمز|كود|رقم|باسوو?رد) (?:البواب[ةه](?! ال[إا]لكتر)|الباب)|الرمز (?:البريدي|المرجعي)|كود الاستجاب[ةه]",
    r"(?:पिन|कूपन|उत्पाद|प्रोमो|डिस्काउंट|बुकिंग|ग्राहक|एरिया|त्रुटि|एरर|ऑफर|क्यूआर|क्लेम|गिफ्ट|वाउचर|रूम|क्लास|मीटिंग|प्रोडक्ट|आइटम|शाखा|ब्रांच"
    r"|बैंक|आईएफएससी|ifsc"
    r"|बार|देश|राज्य|एसटीडी|स्टेशन|कोर्स|विषय|रेफ़?रल|ट्रैकिंग|स्टोर|कर्मचारी|ड्रेस|रंग|एचएसएन|hsn) ?कोड",
    r"(?:किताब|पुस्तक|गाड़ी|मशीन|सामान) (?:का|की) कोड|\b(?:udise|pnr|gst) code|\bpincode(?= ?[:-]? ?[1-8][0-9]{5}\b)|\b(?:ifsc|micr|hsn|std|class"
    r"|room|meeting|course|subject|station|branch|store|claim|employee|lottery|colou?r)[ -]?code",
    r"(?:รหัส|โค้ด) ?(?:ไปรษณีย์|สินค้า|ลูกค้า|การจอง|จอง|ส่วนลด|คูปอง|พนักงาน|โปร|ประเทศ|นักศึกษา|นักเรียน|นิสิต|สาขา|สมาชิก|สิทธิ์|ตั๋ว"
    r"|ชำระ(?!เงิน)|วิชา|คอร์ส"
    r"|ห้อง|ทรัพย์สิน|ครุภัณฑ์|พัสดุ|ผู้เสียภาษี|ประจำตัว|ผู้ป่วย|คนไข้|คำสั่งซื้อ|ออเดอร์|ร้าน|ตัวแทน|ผู้แนะนำ|เชิญ|แนะนำ|จังหวัด|พื้นที่|ทางไกล"
    r"|ธนาคาร|บริษัท|หน่วยงาน"
    r"|แผนก|สต[๊็]?อก|ล็อต|สี|รุ่น|อะไหล่|ของขวัญ|บาร์|คิวอาร์|เมนู|กลุ่ม|มิเตอร์|เครื่อง|ติดตาม|บิล|กรมธรรม์|เที่ยวบิน|หุ้น|กองทุน|จุด|ทัวร์"
    r"|แปลง|เชื้อเพลิง|หลักสูตร|โรงเรียน|อุปกรณ์|โรค|ตำแหน่ง|ดีล|ลุ้น|ผู้โชคดี|ชั้นเรียน|เข้ากลุ่ม|กลุ่ม)|คูปอง ?รหัส",
    r"(?:券|兑换|兌換|优惠|優惠|礼品卡?|禮品卡?|序列|卡|防伪|条形?|條碼?|二维|二維|付款|收款|邮政|邮|國家|国家|[区區]|商品|产品|(?<![收提取交送])[货貨]|机器|型号|批|颜色|房间|课程|班级"
    r"|选课|邀请|邀請|推荐|推薦|识别|識別|统一社会信用|錯誤|错误|故障|基金|股票|证券|银行|学校|院校|机构|专业|违法)(?:代)?[码碼]",
    r"(?:[会會][议議]|房[间間]|课堂|班级|[入进加]群|群聊?)[^\n]{0,30}?(?:密[码碼]|口令)|(?:默认|預設|默認|旧|舊|原)的?(?:登[录錄])?密[码碼]",
    # of a device, set by its owner, or no longer good
    rf"(?:\b(?:laptop|router)|लैपटॉप|राउटर|कंप्यूटर|फ़?ोन|(?:phone|फ़?ोन) (?:ka lock|का लॉक)|电脑|電腦|电视|電視|盒子|投影仪?|平板|ipad|开机|開機|锁屏|鎖屏|路由器|屏保|童锁|车锁"
    rf"|压缩包|解压|文件|pdf|相册|银行卡|储蓄卡|信用卡)(?: ka| का|的)? ?(?:{SECRET})",
    rf"(?:\bpuran[aei]|पुरान[ाे]|पिछल[ाे]) (?:{SECRET})",
    rf"(?:\b(?:zoom|webex|meet|teams|meeting)|ซูม|ประชุม|زووم|زوم|اجتماع|ज़?ज?ूम|मीटिंग) ?(?:id|ไอดี|आईडी|[0-9])[^\n]{{0,40}}?(?:{SECRET})",
    r"(?:商品|クーポン|郵便|エラー)コード",
    r"รหัสจอง|เลขที่จอง|識別[码碼]|识别码|(?:单元|大|房|家|入户|防盗|小区|院)?(?:门|門)[禁锁鎖]?的?新?(?:密[码碼]|口令)|[锁鎖]的?新?密[码碼]|(?:wi-?fi|无线|無線|网络)的?密[码碼]",
    rf"\b(?:without(?: a)?|ohne(?: \w{{3,5}})?|keine?n?|senza(?: il)?|nessun[oa]?|sans(?: le)?|pas de|aucun|sin(?: el)?|sem(?: o)?|nenhum"
    rf"|voice ?mail|mailbox|segreteria|messagerie|buzón(?: de voz)?|bez|без|tanpa|(?:tidak|ga|gak|nggak|tak) (?:perlu|usah|butuh|pakai|pake)|nie (?:trzeba|potrzeba|ma)|не (?:нуж\w+"
    rf"|требу\w+)) (?:{SECRET})",
    r"\b(?:kare|bar|promo|posta)kod\w*",
    rf"(?<![a-z])puk[12]?(?![a-z])(?:[- ]?(?:{SECRET}))?|पीयूके ?(?:कोड)?|พีโย?ูเค",
    r"\b(?:haus|tür|tor|eingangs?|garagen|keller)\w{0,5}(?:code|kode)\w?\b|\bdigicode",
    rf"{_FAULT}[^.\d\n]{{0,12}}(?:{SECRET}|代码)",
    rf"\b(?:key[ -]?(?:safe|box)|lock ?box|boîtes? à cl[eé]s?|boîtier|schlüssel(?:box|safe|kasten|tresor)|caj(?:a|etín) de llaves"
    rf"|cassetta (?:delle|con le) chiavi|caixa (?:de|das) chaves|cofre (?:de|das) chaves)"
    rf"[^.\n]{{0,70}}?(?:{SECRET})",
    rf"{_NETWORK}[^\n]{{0,60}}?(?:{SECRET})",
    rf"{_OTHER_LOCK}[^.\d\n]{{0,20}}(?:(?:otwier\w+|otworz\w+|откры\w+|a[cç][ıi]l\w+|dibuka)[^.\d\n]{{0,30}})?(?:{SECRET})",
    rf"(?:{SECRET})(?:[- ]?puk[12]?\b|[^.\d\n]{{0,8}}{_FAULT}|[^.\d\n]{{0,15}}(?:{_NETWORK}|{_OTHER_LOCK})|[^.\d\n]{{0,20}}{_DEFECT}"
    rf"|,? (?:is|ist|è|est|es|é) (?:your|ihr|dein|(?:la )?(?:sua|tua|votre|ta|tu|su))\b"
    rf"| (?:habitual|habituel(?:le)?|solit[oa]|de siempre|de sempre|précédente?|anterior|vecchi[oa]|antig(?:u?[oa]))\b"
    rf"| (?:of|for|del|dell[ao]|do|da|de|de la|du|vom|von|zum|für|per|para|pour)(?: (?:the|my|your|il|la|le|el|o|a|mon|mein\w{{0,2}}|dein\w{{0,2}}"
    rf"|tu|mi|meu|teu|su))? ?"
    rf"(?:l')?(?:sim|laptop|computer|pc|tablet|ipad|iphone|cellulare|telefonino|portatile|móvil|telemóvel|celular|portable|ordinateur|ordi"
    rf"|ordenador|computador|rechner|handy|tv|tele|drucker|printer|stampante|impresora|impressora)\b"
    rf"| ?(?:ال)?(?:لابتوب|راوتر|كمبيوتر|ح?اسوب|[أا]يباد|[أا]يفون|تلفزيون|تابلت|زوم|قديم[ةه]?|سابق[ةه]?|เก่า|เดิม|เริ่มต้น|คอม|ไฟล์|pdf"
    rf"|โน้ตบุ๊?[กค]|เราเตอร์)|(?=[\s:]{{1,2}}[0-9]{{3,6}} (?:रखा|रख दिय|सेट|rakha|set k)))",
)
# A number that opens a lock.
FOR_LOCK: Final = re.compile(
    rf"['’\"»”]?\s(?:do|od|от|к|for(?: the)?|to the|untuk|buat) {_OTHER_LOCK}",
    re.IGNORECASE,
)
# A lock before a number that is typed.
LOCK_BEFORE: Final = re.compile(rf"{_OTHER_LOCK}[^.!?\d\n]{{0,30}}$", re.IGNORECASE)
