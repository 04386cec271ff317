//! Reading a dialled number in a national numbering plan.

use super::{Area, AreaTable, area_by_code};

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
        [
            Self::Mobile,
            Self::Fixed,
            Self::Service,
            Self::International,
        ]
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
pub struct Number {
    kind: Kind,
    area: Area,
    text: [u8; Self::LONGEST],
    length: u8,
}

impl Number {
    /// Digits kept; longer texts are no telephone numbers.
    const LONGEST: usize = 31;

    const NONE: Self = Self {
        kind: Kind::Other,
        area: Area::UNKNOWN,
        text: [0; Self::LONGEST],
        length: 0,
    };

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
    pub fn digits(&self) -> &[u8] {
        &self.text[..usize::from(self.length)]
    }

    fn new(kind: Kind, area: Area, head: &[u8], tail: &[u8]) -> Self {
        let mut number = Self {
            kind,
            area,
            ..Self::NONE
        };
        let length = (head.len() + tail.len()).min(Self::LONGEST);
        for (slot, digit) in number.text.iter_mut().zip(head.iter().chain(tail)) {
            *slot = *digit;
        }
        number.length = u8::try_from(length).unwrap_or(0);
        number
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
    #[must_use]
    pub fn read(&self, raw: &[u8]) -> Number {
        // By far the commonest text in an outbound export: a bare mobile number.
        if raw.len() == 11 && raw[0] == b'1' && self.strip.is_empty() && all_digits(raw) {
            if let b'3'..=b'9' = raw[1] {
                return Number::new(Kind::Mobile, self.areas.of_mobile(raw), raw, b"");
            }
        }
        let mut kept = [0u8; Number::LONGEST];
        let mut length = 0;
        let mut plus = false;
        for &byte in raw {
            match byte {
                b'0'..=b'9' if length < kept.len() => {
                    kept[length] = byte;
                    length += 1;
                }
                b'+' if length == 0 => plus = true,
                b' ' | b'-' | b'(' | b')' | b'\t' | b'\'' => {}
                _ => return Number::NONE,
            }
        }
        let mut digits = &kept[..length];
        if let Some(prefix) = self.strip.iter().find(|prefix| digits.starts_with(prefix)) {
            digits = &digits[prefix.len()..];
        }
        self.classify(digits, plus)
    }

    fn classify(&self, digits: &[u8], plus: bool) -> Number {
        let international = if plus {
            Some(digits)
        } else {
            digits.strip_prefix(b"00")
        };
        if let Some(rest) = international {
            return match rest.strip_prefix(b"86") {
                Some(national) => self.national(national),
                None if rest.is_empty() => Number::NONE,
                None => Number::new(Kind::International, Area::UNKNOWN, b"00", rest),
            };
        }
        match digits.strip_prefix(b"86") {
            // 86 before a whole national number; 86 alone may begin a local fixed number.
            Some(national) if national.len() >= 10 && is_mobile(trunk_stripped(national)) => {
                self.national(national)
            }
            _ => self.national(digits),
        }
    }

    /// A number within the country, with or without the trunk prefix 0.
    fn national(&self, digits: &[u8]) -> Number {
        let bare = trunk_stripped(digits);
        if is_mobile(bare) {
            return Number::new(Kind::Mobile, self.areas.of_mobile(bare), bare, b"");
        }
        if digits.len() != bare.len() || digits.len() > 8 {
            if let Some(number) = self.fixed_with_area(bare) {
                return number;
            }
        }
        if is_service(digits) {
            return Number::new(Kind::Service, Area::UNKNOWN, digits, b"");
        }
        if matches!(digits.len(), 7 | 8) && matches!(digits[0], b'2'..=b'8') {
            return Number::new(Kind::Fixed, self.home, self.home_code.as_bytes(), digits);
        }
        Number::new(Kind::Other, Area::UNKNOWN, digits, b"")
    }

    fn fixed_with_area(&self, bare: &[u8]) -> Option<Number> {
        // Two significant digits for 010 and 02x, three for all others.
        let code_length = if bare.first() == Some(&b'2') || bare.starts_with(b"10") {
            2
        } else {
            3
        };
        let code = bare.get(..code_length)?;
        let local = bare.len() - code_length;
        let area = area_by_code(code);
        let plausible = matches!(local, 7 | 8) && area != Area::UNKNOWN;
        plausible.then(|| Number::new(Kind::Fixed, area, b"0", bare))
    }
}

fn all_digits(text: &[u8]) -> bool {
    text.iter().all(u8::is_ascii_digit)
}

fn trunk_stripped(digits: &[u8]) -> &[u8] {
    digits.strip_prefix(b"0").unwrap_or(digits)
}

fn is_mobile(digits: &[u8]) -> bool {
    digits.len() == 11 && digits[0] == b'1' && matches!(digits[1], b'3'..=b'9')
}

fn is_service(digits: &[u8]) -> bool {
    match digits {
        [b'4' | b'8', b'0', b'0', rest @ ..] => rest.len() == 7,
        [b'9', b'5' | b'6', rest @ ..] => (3..=6).contains(&rest.len()),
        [b'1', ..] => (3..=8).contains(&digits.len()),
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
        let number = plan().read(text.as_bytes());
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
        ] {
            assert_eq!(
                read(text),
                (Kind::Mobile, "13805711234".into(), Some("0571")),
                "{text}"
            );
        }
    }

    #[test]
    fn fixed_numbers_with_and_without_area() {
        assert_eq!(
            read("01088886666"),
            (Kind::Fixed, "01088886666".into(), Some("010"))
        );
        assert_eq!(
            read("075588886666"),
            (Kind::Fixed, "075588886666".into(), Some("0755"))
        );
        assert_eq!(
            read("+8675588886666"),
            (Kind::Fixed, "075588886666".into(), Some("0755"))
        );
        assert_eq!(
            read("88886666"),
            (Kind::Fixed, "057188886666".into(), Some("0571"))
        );
        // 86 begins a Hangzhou number here; it is no country code.
        assert_eq!(
            read("86886666"),
            (Kind::Fixed, "057186886666".into(), Some("0571"))
        );
    }

    #[test]
    fn service_international_and_others() {
        for text in [
            "4008001234",
            "95588",
            "10086",
            "12315",
            "110",
            "8008101234",
            "96110",
        ] {
            assert_eq!(read(text).0, Kind::Service, "{text}");
        }
        assert_eq!(
            read("+442079460000"),
            (Kind::International, "00442079460000".into(), None)
        );
        assert_eq!(read("00442079460000").0, Kind::International);
        for text in ["", "8001", "s", "*60", "Q0002", "1380571123", "+"] {
            assert_eq!(read(text).0, Kind::Other, "{text}");
        }
    }

    #[test]
    fn technical_prefixes_are_stripped_once() {
        let plan = NumberPlan {
            strip: vec![b"9001".to_vec(), b"90".to_vec()],
            ..plan()
        };
        let number = plan.read(b"900113805711234");
        assert_eq!(
            (number.kind(), number.digits()),
            (Kind::Mobile, &b"13805711234"[..])
        );
        assert_eq!(plan.read(b"9013805711234").digits(), b"13805711234");
        assert_eq!(plan.read(b"13805711234").kind(), Kind::Mobile);
    }
}
