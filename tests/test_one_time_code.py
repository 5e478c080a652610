"""Which texts hold a one-time code."""

from collections import Counter
from collections.abc import Sequence

import pytest

from custom_components.zender.gateway.one_time_code import find_one_time_code

from .one_time_codes import PRECISION, RECALL, Labelled, hard, measure, usual

CODES = [
    # English
    ("482913 is your verification code. Never share it.", "482913"),
    ("Your Google verification code is G-482913", "482913"),
    ("Your WhatsApp code: 482-913\nDon't share it", "482913"),
    ("Use 048 213 to sign in. Your code expires in 10 minutes.", "048213"),
    ("OTP for your purchase of INR 2500.00 is 774411. Valid for 10 min.", "774411"),
    ("Your code is 4821. Call +1 415 555 2671 if it was not you.", "4821"),
    ("PIN: 0042", "0042"),
    ("OTP:118240", "118240"),
    ("Use 774 120 to verify your Instagram account.", "774120"),
    ("Your password for card ending 4821 is 662190", "662190"),
    ("Your pairing code is 1234 5678", "12345678"),
    ("Your Steam access code is K7Q2M", "K7Q2M"),
    ("<#> 91827364 is your one-time password\nFA+9qCX9VSu", "91827364"),
    ("Security code 559021, valid until 31/12/2026 18:00", "559021"),
    ("Your login code is 2026.", "2026"),
    ("Your sign-in code is ZX8-44R", "ZX8-44R"),
    ("Use 662190 to reset your password", "662190"),
    ("@example.com #338271\n338271 is your example.com code", "338271"),
    # Italian, Spanish, Portuguese, French, German, Dutch
    ("Il tuo codice di verifica è 338271", "338271"),
    ("Codice OTP 55120 per il bonifico di 1.250,00 EUR", "55120"),
    ("Tu código de verificación es 904417. No lo compartas.", "904417"),
    ("Seu código de acesso: 7310. Não compartilhe.", "7310"),
    ("Votre code de confirmation est le 615 204", "615204"),
    ("Ihr Bestätigungscode lautet 830276", "830276"),
    ("TAN 664120 für Ihre Überweisung über 1500,00 EUR", "664120"),
    ("Je verificatiecode is 201938", "201938"),
    # Polish, Turkish, Czech, Swedish, Indonesian, Vietnamese, Filipino
    ("Twój kod weryfikacyjny to 447120", "447120"),
    ("Doğrulama kodunuz: 120894", "120894"),
    ("Váš ověřovací kód je 660213", "660213"),
    ("Din engångskod är 735511", "735511"),
    ("Kode verifikasi Anda adalah 902211", "902211"),
    ("Mã xác thực của bạn là 551903", "551903"),
    ("Ang iyong OTP ay 118204. Huwag itong ibahagi.", "118204"),
    # Other scripts
    ("Ваш код подтверждения: 48213", "48213"),
    ("Пароль для входа 771204", "771204"),
    ("رمز التحقق: ٤٨٢٩١٣", "482913"),
    ("आपका ओटीपी ७३०४१८ है", "730418"),
    ("【示例】您的验证码是483920，5分钟内有效。", "483920"),
    ("認証コードは829104です。", "829104"),
    ("[예제] 인증번호 [402817]를 입력하세요.", "402817"),
    ("رمز التحقق الخاص بك هو 594013", "594013"),
    ("קוד האימות שלך הוא 220481", "220481"),
    ("आपका ओटीपी 663109 है", "663109"),
    ("รหัส OTP ของคุณคือ 940281", "940281"),
    # Told or shown to somebody
    ("Hi, if the DPD driver comes tell him 8203 or he won't leave it", "8203"),
    ("Kannst du dem Kurier 5093 sagen? Sonst gibt er das Paket nicht raus", "5093"),
    ("Mostrar al mensajero este número: 90413. Importe 12,00 €", "90413"),
    ("Покажите 77210 сотруднику пункта выдачи. Заказ ждёт до 14.06", "77210"),
    ("डिलीवरी पार्टनर को 4418 बताएं, तभी ऑर्डर मिलेगा", "4418"),
    ("บอกไรเดอร์ 4410 ตอนรับอาหารนะคะ", "4410"),
    ("أعط المندوب الرقم 5520 عند الاستلام", "5520"),
    ("【滴滴】上车请向司机出示数字4418", "4418"),
    # Typed, for a purpose
    ("Um dein Konto wiederherzustellen, tippe 55120 ein", "55120"),
    ("Pour valider votre virement, entrez «338201»", "338201"),
    ("Para concluir o cadastro escreva 448120 no site", "448120"),
    ("Üyeliğinizi tamamlamak için 440123 rakamlarını girin", "440123"),
    ("Do logowania potrzebujesz: 55102", "55102"),
    ("Zur Bestätigung Ihrer E-Mail: 338102", "338102"),
    ("440192 untuk login Shopee", "440192"),
    ("请填写440123以继续注册", "440123"),
    ("खाते का सत्यापन बाकी है, नीचे वाला नंबर भरें\n\n8351\n", "8351"),
    # Signs that need no word
    ("Tap to log in\n@shop.example #44012", "44012"),
    ("<#> Yemeksepeti 440192\nAb3dE5gH7jK", "440192"),
    ("G-440192", "440192"),
    # Without accents, far from the word, of a shelf, out of another text
    ("Tek kullanimlik sifreniz: 440192", "440192"),
    ("La tua chiave temporanea di accesso: 440192", "440192"),
    (
        "OTP for your transaction of USD 1,250.00 at AMAZON MARKETPLACE on your card ending XX4421 is 558201",
        "558201",
    ),
    ("PIN for your parcel: 5512. Locker 14", "5512"),
    ("凭 5-2-3018 到阳光路12号取件", "5-2-3018"),
    ("цифры из смс 440192, вводи быстрее", "440192"),
]

NOT_CODES = [
    "",
    "The parcel is at the door",
    "Call me at 0612345678 when you arrive",
    "Call +393331234567 for the code",
    "Your order 4829130 has been shipped",
    "Your balance is 1250.00 EUR",
    "You have received PHP 5000 from J. Use promo code SUMMER",
    "Use code SAVE20 for 20% off until 31.12.2026",
    "Meeting on 12.03.2027 at 18:30",
    "Happy new year 2027!",
    "Our dress code since 1998 has not changed",
    "The code of conduct was revised in 2025 and 2026",
    "Il prezzo è 1299 €, senza codice",
    "Postcode required: https://example.com/4829130",
    "Data usage: 1500 MB of 2000 MB",
    "The pinboard costs $4500",
    "Ref 12345678",
    "Ask for your code at 333 123 4567",
    "Ask for your code at 415-555-2671",
    "Your booking 4829130 is confirmed",
    "Please send order 48291 to postcode 20121",
    "The train leaves at 12:3045, the door code is on the ticket",
    "Your code will arrive by mail",
    "The postal code 20121 was saved",
    "Il codice cliente è 7734920",
    "Der Buchungscode lautet QX7P2L",
    "Your password was changed on 20261103",
    "The door code is with Ann, 4821 Mill Road",
    "Wi-Fi password: 48291377",
    # Friends and sales
    "Refer a friend with code JANE4482 and get £20 each",
    "Presenta un amico: codice PAOLO4471, 25 euro per te",
    "Пригласи друга! Твой код ANNA4482",
    "SOLDES -40% avec le code VIP40",
    "ลดทันที 20% ใส่โค้ด NEW2569",
    # Doors, networks, and devices that fail
    "Haustürcode ist 4821, Wohnung 1204 im 3. Stock",
    "El código del portal es 4821, piso 3",
    "код от подъезда 4821, кв 1204",
    "小区门禁密码4821，我家3栋1204",
    "la clave del wifi es 48213377",
    "pralka pokazuje kod błędu 4491",
    # What comes by post, is dialled, paid, boarded or a year
    "Su nuevo PIN llegará por correo a la calle Real 1240",
    "警惕诈骗，勿泄露验证码，报警电话96110",
    "Envíe ALTA al 27272 para activar su cuenta",
    "Give the courier 1500 in cash, the pin on the map is wrong",
    "Flight BA0286 on 3 Dec. Confirmation code QX7P2L",
    "เปลี่ยนรหัสผ่านแล้วเมื่อ 5 ม.ค. 2569",
]


@pytest.mark.parametrize(("text", "code"), CODES)
def test_code_is_found(text: str, code: str) -> None:
    """A code is found in the languages that services write in, without spaces and prefixes."""
    assert find_one_time_code(text) == code


@pytest.mark.parametrize("text", NOT_CODES)
def test_other_numbers_are_no_codes(text: str) -> None:
    """Phone numbers, prices, dates, years and order numbers are not taken for codes."""
    assert find_one_time_code(text) is None


def test_code_is_found_at_the_beginning_of_a_long_text() -> None:
    """What follows a code does not matter."""
    assert find_one_time_code("Your code is 482913. " + "Bye. " * 1000) == "482913"


@pytest.mark.parametrize("text", ["code 4829 " * 20_000, "A" * 200_000, "1 " * 100_000])
def test_only_the_beginning_of_a_huge_text_is_read(text: str) -> None:
    """A text as large as a delivery may be does not hold up Home Assistant."""
    assert find_one_time_code(f"{text} your code is 771204") != "771204"


def test_labelled_messages_are_enough_of_both_kinds() -> None:
    """In at least ten languages, about half with a code that stands in the text."""
    for messages in (usual(), hard()):
        assert len(messages) >= 360
        languages = Counter(message.language for message in messages)
        assert len(languages) >= 10
        assert min(languages.values()) >= 25
        with_code = sum(message.code is not None for message in messages)
        assert 0.4 < with_code / len(messages) < 0.6
    texts = {message.text for message in (*usual(), *hard())}
    assert len(texts) == len(usual()) + len(hard())


@pytest.mark.parametrize(
    "messages",
    [
        pytest.param((*usual(), *hard()), id="all"),
        pytest.param(
            [message for message in usual() if message.is_unseen], id="unseen usual"
        ),
    ],
)
def test_finder_is_right_about_the_labelled_messages(
    messages: Sequence[Labelled],
) -> None:
    """As often as the documentation says."""
    figures = measure(find_one_time_code, messages)
    assert figures.precision >= PRECISION
    assert figures.recall >= RECALL


def test_finder_is_seldom_wrong_about_hard_messages() -> None:
    """A wrong code on somebody's screen is worse than none."""
    assert measure(find_one_time_code, hard()).precision >= PRECISION
