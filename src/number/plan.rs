//! Reading a dialled number in a national numbering plan.

use super::{Area, AreaTable, area_by_code};
use crate::text::bare_cell;

/// What kind of number it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// 移动号码: eleven digits from 13 to 19.
    Mobile,
    /// 固定电话: an area code and seven or eight digits.
    Fixed,
    /// 服务号码: 400, 800, 95…, 96…, 1xx, 12xxx.
    Service,
    /// 国际: 00 and a country code.
    International,
    /// Anything else: extensions, letters, nothing.
    Other,
}

impl Kind {
    /// The words of the contract language.
    pub const WORDS: [&'static str; 4] = ["mobile", "fixed", "service", "international"];

    /// The kind a word of the contract language means.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Mobile, Self::Fixed, Self::Service, Self::International]
            .into_iter()
            .find(|kind| kind.word() == word)
    }

    /// Its word in the contract language.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Mobile => "mobile",
            Self::Fixed => "fixed",
            Self::Service => "service",
            Self::International => "international",
            Self::Other => "other",
        }
    }
}

/// A number, normalised: prefixes are looked up in [`Number::digits`].
#[derive(Clone, Copy, Debug)]
pub struct Number<'d> {
    kind: Kind,
    area: Area,
    digits: &'d [u8],
}

/// Room for a number that must be rewritten to be normalised.
pub type Scratch = [u8; LONGEST];

/// Digits of a mobile number that tell its area.
const SEGMENT_DIGITS: usize = 7;

/// Digits kept; longer texts are no telephone numbers.
const LONGEST: usize = 40;

impl<'d> Number<'d> {
    const NONE: Self = Self { kind: Kind::Other, area: Area::UNKNOWN, digits: b"" };

    /// False if the text shows no number: empty, masked from its first digit on, or cut to
    /// `1.38E+10` by a spreadsheet.
    #[must_use]
    pub fn is_legible(&self) -> bool {
        !self.digits.is_empty()
    }

    /// What kind of number.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The area it belongs to, if the tables know.
    #[must_use]
    pub fn area(&self) -> Area {
        self.area
    }

    /// The normalised digits: mobile as eleven digits, fixed with `0` and area code,
    /// international with `00`.
    #[must_use]
    pub fn digits(&self) -> &'d [u8] {
        self.digits
    }

    fn new(kind: Kind, area: Area, digits: &'d [u8]) -> Self {
        Self { kind, area, digits }
    }
}

/// How numbers are read: the national plan, the area of local numbers, technical prefixes.
#[derive(Debug, Clone)]
pub struct NumberPlan {
    /// Area of a fixed number dialled without area code, and of "local".
    pub home: Area,
    /// Its code, put before such numbers.
    pub home_code: String,
    /// Technical prefixes that the switch glues to numbers, longest first.
    pub strip: Vec<Vec<u8>>,
    /// Area of each mobile segment.
    pub areas: AreaTable,
}

impl NumberPlan {
    /// Classifies and normalises a number as an export writes it.
    #[inline]
    #[must_use]
    pub fn read<'d>(&self, raw: &'d [u8], scratch: &'d mut Scratch) -> Number<'d> {
        // By far the commonest text in an outbound export: a bare mobile number.
        if let [b'1', b'3'..=b'9', ..] = raw
            && raw.len() == 11
            && self.strip.is_empty()
            && all_digits(raw)
        {
            return Number::new(Kind::Mobile, self.areas.of_mobile(raw), raw);
        }
        self.normalise(raw, scratch)
    }

    fn normalise<'d>(&self, raw: &[u8], scratch: &'d mut Scratch) -> Number<'d> {
        let mut kept = [0u8; LONGEST];
        let mut length = 0;
        let mut plus = false;
        let raw = bare_number(raw);
        // Technical prefixes may hold letters, which no number does.
        let letters = |prefix: &&Vec<u8>| !all_digits(prefix) && raw.starts_with(prefix);
        let lettered = self.strip.iter().find(letters);
        let raw = lettered.map_or(raw, |prefix| &raw[prefix.len()..]);
        for byte in half_width_bytes(raw) {
            match byte {
                // Room is left for a prefix to be put before.
                b'0'..=b'9' if length < LONGEST - 8 => {
                    kept[length] = byte;
                    length += 1;
                }
                b'+' if length == 0 => plus = true,
                // A masked digit; what stands before it still tells kind and area.
                b'*' | b'x' | b'X' if length > 0 && length < LONGEST - 8 => {
                    kept[length] = b'*';
                    length += 1;
                }
                b' ' | b'-' | b'(' | b')' | b'\t' | b'\'' => {}
                b'.' if length > 2 => {}
                _ => return Number::NONE,
            }
        }
        let mut digits = &kept[..length];
        let strip = self.strip.iter().filter(|_| lettered.is_none());
        if let Some(prefix) = strip.into_iter().find(|prefix| digits.starts_with(prefix)) {
            digits = &digits[prefix.len()..];
        }
        let (kind, area, head, tail) = self.classify(digits, plus);
        if kind == Kind::Other && is_masked(digits) {
            return Number::NONE;
        }
        let length = head.len() + tail.len();
        scratch[..head.len()].copy_from_slice(head);
        scratch[head.len()..length].copy_from_slice(tail);
        Number::new(kind, area, &scratch[..length])
    }

    /// Kind, area, and the normalised digits in two parts.
    fn classify<'n>(&'n self, digits: &'n [u8], plus: bool) -> Classified<'n> {
        let international = if plus { Some(digits) } else { digits.strip_prefix(b"00") };
        if let Some(rest) = international {
            return match rest.strip_prefix(b"86") {
                Some(national) => self.national(national),
                None if rest.is_empty() => (Kind::Other, Area::UNKNOWN, b"", b""),
                None => (Kind::International, Area::UNKNOWN, b"00", rest),
            };
        }
        match digits.strip_prefix(b"86") {
            Some(national) if is_whole(national) => self.national(national),
            _ => self.national(digits),
        }
    }

    /// A number within the country, with or without the trunk prefix 0.
    fn national<'n>(&'n self, digits: &'n [u8]) -> Classified<'n> {
        let bare = trunk_stripped(digits);
        if is_mobile(bare) {
            let area = match is_masked(&bare[..SEGMENT_DIGITS]) {
                true => Area::UNKNOWN,
                false => self.areas.of_mobile(bare),
            };
            return (Kind::Mobile, area, b"", bare);
        }
        if (digits.len() != bare.len() || digits.len() > 8)
            && let Some(area) = fixed_area(bare)
        {
            return (Kind::Fixed, area, b"0", bare);
        }
        if is_service(digits) {
            return (Kind::Service, Area::UNKNOWN, b"", digits);
        }
        if matches!(digits.len(), 7 | 8) && matches!(digits[0], b'2'..=b'8') {
            return (Kind::Fixed, self.home, self.home_code.as_bytes(), digits);
        }
        (Kind::Other, Area::UNKNOWN, b"", digits)
    }
}

/// True if what follows 86 is a national number with all its digits; fewer may be a local number
/// that begins with 86. No area code does.
fn is_whole(national: &[u8]) -> bool {
    let bare = trunk_stripped(national);
    national.len() >= 9 && (is_mobile(bare) || fixed_area(bare).is_some() || is_service(national))
}

/// Kind, area, and the normalised digits in two parts.
type Classified<'n> = (Kind, Area, &'n [u8], &'n [u8]);

/// The area of a fixed number with its area code, without trunk prefix.
fn fixed_area(bare: &[u8]) -> Option<Area> {
    // Two significant digits for 010 and 02x, three for all others.
    let code_length = if bare.first() == Some(&b'2') || bare.starts_with(b"10") { 2 } else { 3 };
    let area = area_by_code(bare.get(..code_length)?);
    let plausible = matches!(bare.len() - code_length, 7 | 8) && area != Area::UNKNOWN;
    plausible.then_some(area)
}

/// The characters of a number as a spreadsheet or a database wrote it, in half width and without
/// what was put around it.
pub fn number_bytes(raw: &[u8]) -> impl Iterator<Item = u8> {
    half_width_bytes(bare_number(raw))
}

/// Without what a spreadsheet put around it: `="138…"`, an apostrophe, `.0` behind.
fn bare_number(raw: &[u8]) -> &[u8] {
    let bare = bare_cell(raw);
    // Another guard against spreadsheets.
    let bare = bare.strip_prefix(b"_").unwrap_or(bare);
    match bare.iter().position(|byte| *byte == b'.') {
        Some(point) if bare[point + 1..].iter().all(|byte| *byte == b'0') => &bare[..point],
        _ => bare,
    }
}

/// The bytes of a text with full-width forms as ASCII, in UTF-8 or GB18030. Others are passed on as
/// they are, the first of them before any that could be taken for such a form.
fn half_width_bytes(raw: &[u8]) -> impl Iterator<Item = u8> {
    let mut rest = raw;
    std::iter::from_fn(move || {
        let (byte, took) = match *rest {
            [0xEF, 0xBC, low @ 0x81..=0xBF, ..] => (low - 0x60, 3),
            [0xEF, 0xBD, low @ 0x80..=0x9E, ..] => (low - 0x20, 3),
            [0xA3, low @ 0xA1..=0xFE, ..] => (low - 0x80, 2),
            [0xE3, 0x80, 0x80, ..] => (b' ', 3),
            [0xA1, 0xA1, ..] | [0xC2, 0xA0, ..] => (b' ', 2),
            [byte, ..] => (byte, 1),
            [] => return None,
        };
        rest = &rest[took..];
        Some(byte)
    })
}

fn all_digits(text: &[u8]) -> bool {
    text.iter().all(u8::is_ascii_digit)
}

fn trunk_stripped(digits: &[u8]) -> &[u8] {
    digits.strip_prefix(b"0").unwrap_or(digits)
}

fn is_masked(digits: &[u8]) -> bool {
    digits.contains(&b'*')
}

fn is_mobile(digits: &[u8]) -> bool {
    digits.len() == 11 && digits[0] == b'1' && matches!(digits[1], b'3'..=b'9')
}

fn is_service(digits: &[u8]) -> bool {
    match digits {
        [b'4' | b'8', b'0', b'0', rest @ ..] => rest.len() == 7,
        [b'9', b'5' | b'6', rest @ ..] => (3..=6).contains(&rest.len()),
        [b'1', ..] => (3..=8).contains(&digits.len()) && !is_masked(digits),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number::area_by_code;

    fn plan() -> NumberPlan {
        NumberPlan {
            home: area_by_code(b"571"),
            home_code: "0571".to_owned(),
            strip: Vec::new(),
            areas: AreaTable::mainland(),
        }
    }

    fn read(text: &str) -> (Kind, String, Option<&'static str>) {
        let mut scratch = [0; LONGEST];
        let plan = plan();
        let number = plan.read(text.as_bytes(), &mut scratch);
        let digits = String::from_utf8_lossy(number.digits()).into_owned();
        (number.kind(), digits, number.area().code())
    }

    #[test]
    fn one_mobile_number_in_many_spellings() {
        for text in [
            "13805711234",
            "013805711234",
            "8613805711234",
            "+8613805711234",
            "008613805711234",
            "+86 138-0571-1234",
            "'13805711234",
            "13805711234\t",
            "=\"13805711234\"",
            "13805711234.0",
            "_13805711234",
            "0086-138 0571 1234",
            "(86)13805711234",
            "１３８０５７１１２３４",
            "＋８６１３８０５７１１２３４",
            "138\u{a0}0571\u{3000}1234",
            "138.0571.1234",
        ] {
            assert_eq!(read(text), (Kind::Mobile, "13805711234".into(), Some("0571")), "{text}");
        }
    }

    #[test]
    fn fixed_numbers_with_and_without_area() {
        assert_eq!(read("01088886666"), (Kind::Fixed, "01088886666".into(), Some("010")));
        assert_eq!(read("075588886666"), (Kind::Fixed, "075588886666".into(), Some("0755")));
        assert_eq!(read("+8675588886666"), (Kind::Fixed, "075588886666".into(), Some("0755")));
        // A spreadsheet dropped the trunk prefix.
        assert_eq!(read("1088886666"), (Kind::Fixed, "01088886666".into(), Some("010")));
        assert_eq!(read("75588886666"), (Kind::Fixed, "075588886666".into(), Some("0755")));
        assert_eq!(read("（010）8888-6666"), (Kind::Fixed, "01088886666".into(), Some("010")));
        assert_eq!(read("88886666"), (Kind::Fixed, "057188886666".into(), Some("0571")));
        // The country code without + or 00 before it; the last one with the trunk prefix as well.
        assert_eq!(read("861088886666"), (Kind::Fixed, "01088886666".into(), Some("010")));
        assert_eq!(read("8657188886666"), (Kind::Fixed, "057188886666".into(), Some("0571")));
        assert_eq!(read("86057188886666"), (Kind::Fixed, "057188886666".into(), Some("0571")));
        // 86 begins a Hangzhou number here; it is no country code.
        assert_eq!(read("8688666"), (Kind::Fixed, "05718688666".into(), Some("0571")));
        assert_eq!(read("86886666"), (Kind::Fixed, "057186886666".into(), Some("0571")));
    }

    #[test]
    fn service_international_and_others() {
        assert_eq!(read("864008001234"), (Kind::Service, "4008001234".into(), None));
        for text in ["4008001234", "95588", "10086", "12315", "110", "8008101234", "96110"] {
            assert_eq!(read(text).0, Kind::Service, "{text}");
        }
        assert_eq!(read("+442079460000"), (Kind::International, "00442079460000".into(), None));
        assert_eq!(read("00442079460000").0, Kind::International);
        for text in ["", "8001", "s", "*60", "Q0002", "1380571123", "+", "861238888666"] {
            assert_eq!(read(text).0, Kind::Other, "{text}");
        }
    }

    #[test]
    fn what_a_masked_number_still_tells() {
        assert_eq!(read("138****6718"), (Kind::Mobile, "138****6718".into(), None));
        assert_eq!(read("+86 138****6718"), (Kind::Mobile, "138****6718".into(), None));
        assert_eq!(read("138＊＊＊＊6718"), (Kind::Mobile, "138****6718".into(), None));
        assert_eq!(read("1380571xxxx"), (Kind::Mobile, "1380571****".into(), Some("0571")));
        assert_eq!(read("0571****6666"), (Kind::Fixed, "0571****6666".into(), Some("0571")));
        let plan = plan();
        for text in ["***", "1**", "1.38E+10", "4.20775E+11", "", "unknown", "****6718", "声０"] {
            assert!(!plan.read(text.as_bytes(), &mut [0; LONGEST]).is_legible(), "{text}");
        }
        for text in ["138****6718", "8001", "110", "0044****0000"] {
            assert!(plan.read(text.as_bytes(), &mut [0; LONGEST]).is_legible(), "{text}");
        }
    }

    #[test]
    fn technical_prefixes_are_stripped_once() {
        let plan = NumberPlan { strip: vec![b"9001".to_vec(), b"90".to_vec()], ..plan() };
        let mut scratch = [0; LONGEST];
        let number = plan.read(b"900113805711234", &mut scratch);
        assert_eq!((number.kind(), number.digits()), (Kind::Mobile, &b"13805711234"[..]));
        assert_eq!(plan.read(b"9013805711234", &mut [0; LONGEST]).digits(), b"13805711234");
        assert_eq!(plan.read(b"13805711234", &mut [0; LONGEST]).kind(), Kind::Mobile);
        // With letters; what follows may itself begin like another prefix.
        let strip = ["Q0002CS10031", "S0099", "9001"].map(|prefix| prefix.as_bytes().to_vec());
        let plan = NumberPlan { strip: strip.into(), ..plan };
        for (raw, digits) in [
            ("S009913805711234", "13805711234"),
            ("900113805711234", "13805711234"),
            ("Q0002CS1003113805711234", "13805711234"),
            ("S009913805711234.0", "13805711234"),
            ("=\"S009913805711234\"", "13805711234"),
        ] {
            let mut scratch = [0; LONGEST];
            assert_eq!(
                plan.read(raw.as_bytes(), &mut scratch).digits(),
                digits.as_bytes(),
                "{raw}"
            );
        }
        assert!(!plan.read(b"T009913805711234", &mut [0; LONGEST]).is_legible());
    }
}
