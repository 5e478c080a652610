"""Messages like those of a busy shop: six languages, all kinds, common words and rare ones."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
import random
from typing import Final

from custom_components.zender.gateway.messages import (
    Message,
    NotificationMessage,
    SmsMessage,
    UssdMessage,
    WhatsAppMessage,
)
from custom_components.zender.journal.records import Record, record_of

ENTRY: Final = "01JZENDERENTRY0000000000A1"
PHONES: Final = (
    "7c1e5b02-44d0-4f3a-9a52-3b8e6f10c4d7",
    "1f0a9d3e-5c27-4b8e-8f61-d2a4c6e80b19",
)
ACCOUNTS: Final = ("+390612345678", "+390687654321")
CONTACTS: Final = tuple(
    f"+39333{number * 7919 % 10_000_000:07}" for number in range(3000)
)
GROUPS: Final = tuple(f"12036302{number:010}@g.us" for number in range(20))
APPS: Final = (
    ("com.ring.android", "Front door"),
    ("com.google.android.gm", "New mail"),
    ("com.paypal.android.p2pmobile", "PayPal"),
    ("com.whatsapp", "2 new messages"),
)
YEAR: Final = timedelta(days=365)
VOCABULARY: Final = 12_000
"""Words of each language."""

_ENDINGS: Final = (
    *(
        "",
        "",
        "",
        "",
        "!",
        "?",
        ".",
        "…",
        " 🙏",
        " 👍👍",
        " 😂😂😂",
        " ❤️",
        " 🎉🎉",
        " 📦",
    ),
)

_SEEDS: Final = {
    "Italian": """ciao grazie il pacco è arrivato domani mattina alle nove per favore apri cancello sono qui con
        perché non rispondi città più tardi cena pronta richiamami dove chiavi macchina scuola bambini dottore
        appuntamento ordine spedizione pagamento conto prezzo buongiorno buonasera settimana prossima lunedì
        mercoledì telefono messaggio ricevuto confermo disponibile magazzino negozio cliente fattura bonifico
        consegna corriere indirizzo piazza stazione treno ritardo minuti ancora tutto bene andiamo mangiare""",
    "English": """hello the your is at please open gate here with parcel tomorrow morning meeting nine thanks for
        everything see you later dinner ready call back where keys car battery low order shipped payment received
        account balance code verification appointment doctor school children station train delayed minutes still
        warehouse customer invoice transfer delivery address street available confirm message phone monday
        wednesday weekend birthday weather garden kitchen window heating lights running question answer because""",
    "German": """hallo das Paket ist da morgen früh um neun Uhr bitte öffne Tor ich bin hier mit vielen Dank für
        alles bis später Abendessen fertig ruf zurück wo sind Schlüssel Wagen Schule Kinder Arzt Termin Bestellung
        Versand Zahlung Konto Preis guten Tag nächste Woche Montag Mittwoch Telefon Nachricht erhalten bestätige
        verfügbar Lager Geschäft Kunde Rechnung Überweisung Lieferung Kurier Straße Bahnhof Zug Verspätung Minuten
        noch gut gehen essen Geburtstag Wetter Garten Küche Fenster Heizung Licht außerdem Größe Mädchen""",
    "Arabic": """مرحبا في من على هذا شكرا افتح البوابة فضلك أنا هنا مع الطرد غدا صباحا الاجتماع الساعة التاسعة كل
        شيء العشاء جاهز اتصل بي أين المفاتيح السيارة المدرسة الأطفال الطبيب الموعد الطلب الشحن الدفع الحساب السعر
        الأسبوع القادم الاثنين الأربعاء الهاتف الرسالة وصلت تأكيد متاح المستودع المتجر العميل الفاتورة التحويل
        التسليم العنوان الشارع المحطة القطار تأخير دقائق الحديقة المطبخ النافذة التدفئة السؤال الجواب""",
    "Chinese": """你好 的 请 我 在 是 了 打开 大门 这里 包裹 明天 早上 九点 开会 谢谢 一切 晚饭 准备好 回电话 钥匙 哪里 汽车
        学校 孩子 医生 预约 订单 发货 付款 账户 价格 下星期 星期一 星期三 电话 短信 收到 确认 有货 仓库 商店 客户 发票 转账
        送货员 地址 街道 火车站 晚点 分钟 花园 厨房 窗户 暖气 电灯 问题 回答 因为 生日 天气 验证码 余额 不足 快递柜 取件码""",
    "Thai": """สวัสดี ครับ ค่ะ กรุณา เปิด ประตู ฉัน อยู่ ที่นี่ พร้อม พัสดุ พรุ่งนี้ เช้า ประชุม เก้าโมง ขอบคุณ สำหรับ ทุกอย่าง
        อาหารเย็น แล้ว โทรกลับ กุญแจ ที่ไหน รถยนต์ โรงเรียน เด็ก หมอ นัดหมาย คำสั่งซื้อ จัดส่ง ชำระเงิน บัญชี ราคา สัปดาห์หน้า
        วันจันทร์ วันพุธ โทรศัพท์ ข้อความ ได้รับ ยืนยัน คลังสินค้า ร้านค้า ลูกค้า ใบแจ้งหนี้ โอนเงิน ที่อยู่ ถนน สถานี รถไฟ ล่าช้า นาที
        สวน ห้องครัว หน้าต่าง คำถาม คำตอบ เพราะ วันเกิด อากาศ""",
}
_SPACELESS: Final = {"Chinese": (6, 22), "Thai": (4, 14)}
"""Languages without spaces between words, and how many words their messages have."""


@dataclass(frozen=True, slots=True)
class Language:
    """A vocabulary, from common words to rare ones, and how they make a sentence."""

    name: str
    words: list[str]
    cumulative_weights: list[float]
    separator: str
    length: tuple[int, int]

    def sentence(self, rng: random.Random) -> str:
        """Return some words, distributed as Zipf says."""
        number = rng.randint(*self.length)
        words = rng.choices(self.words, cum_weights=self.cumulative_weights, k=number)
        return self.separator.join(words)

    def searchable(self, least: int = 3) -> list[str]:
        """Return the words that are long enough to be looked for, in the same order."""
        return [word for word in self.words if len(word) >= least]


def _language(name: str, seeds: str, rng: random.Random) -> Language:
    common = list(dict.fromkeys(seeds.split()))
    words = dict.fromkeys(common)
    halves = [(word[: (len(word) + 1) // 2], word[len(word) // 2 :]) for word in common]
    while len(words) < VOCABULARY:
        (start, _), (middle, _), (_, end) = rng.choices(halves, k=3)
        words[start + (middle if rng.random() < 0.6 else "") + end] = None
    weights = accumulate(1 / (rank + 3) for rank in range(len(words)))
    length = _SPACELESS.get(name, (2, 13))
    separator = "" if name in _SPACELESS else " "
    return Language(name, list(words), list(weights), separator, length)


class Mill:
    """Makes the same messages each time: no two alike, spread over the year before it was built."""

    def __init__(self, rows: int, seed: int = 7) -> None:
        """Prepare for so many messages of the past."""
        self._rng = random.Random(seed)
        self.rows = rows
        self.start = datetime.now(UTC) - YEAR
        self.languages = [
            _language(name, seeds, self._rng) for name, seeds in _SEEDS.items()
        ]
        self._numbers = iter(range(1, 1 << 60))
        self.characters = 0
        """Of all texts that were made so far."""

    def past(self) -> Iterator[Record]:
        """Return the messages of the past, the oldest first."""
        for number in range(self.rows):
            yield self.record(self.start + YEAR * (number / self.rows))

    def record(self, received_at: datetime | None = None) -> Record:
        """Return a new message."""
        received_at = received_at or datetime.now(UTC)
        message = self._message(int(received_at.timestamp()))
        return record_of(ENTRY, message, received_at, deduplicate=True)

    def text(self) -> str:
        """Return a new text."""
        rng = self._rng
        sentence = rng.choice(self.languages).sentence(rng)
        if rng.random() < 0.25:
            sentence += f" {rng.randint(100, 9_999_999)}"
        text = sentence[:1].upper() + sentence[1:] + rng.choice(_ENDINGS)
        self.characters += len(text)
        return text

    def _message(self, timestamp: int) -> Message:
        rng, number = self._rng, next(self._numbers)
        chance = rng.random()
        # A few write most of the messages.
        contact = CONTACTS[int(len(CONTACTS) * rng.random() ** 3)]
        if chance < 0.6:
            return WhatsAppMessage(
                id=number,
                wid=rng.choice(ACCOUNTS),
                phone=rng.choice(GROUPS) if chance < 0.1 else contact,
                message=self.text(),
                attachment=f"https://gateway.example/files/{number}.jpg"
                if chance > 0.57
                else None,
                timestamp=timestamp,
            )
        if chance < 0.9:
            return SmsMessage(
                id=number,
                rid=number,
                sim=rng.randint(1, 2),
                device=rng.choice(PHONES),
                phone=contact,
                message=self.text(),
                timestamp=timestamp,
            )
        if chance < 0.98:
            package, title = rng.choice(APPS)
            return NotificationMessage(
                id=number,
                device=rng.choice(PHONES),
                package=package,
                title=title,
                content=self.text(),
                timestamp=timestamp,
            )
        return UssdMessage(
            id=1,
            sim=rng.randint(1, 2),
            device=rng.choice(PHONES),
            code="*100#",
            response=f"{self.text()} {number}",
            timestamp=timestamp,
        )
