//! Which calls must be compared to find those recorded twice.
//!
//! A first reading keeps eight bytes for each call that costs anything: a hash of its two numbers
//! above its start, and eight more if it has an identifier. Sorted, calls of one pair of numbers
//! within two seconds stand side by side; they are suspects. Only if there are any are the files
//! read once more: suspects are then held back whole and compared field by field, so that no hash
//! ever decides.

use std::collections::HashSet;
use std::hash::BuildHasher;
use std::io;

use foldhash::fast::FixedState;

use super::partition::Partitions;
use crate::cdr::{Call, Outcome};
use crate::money::Fixed;
use crate::number::{is_exponent, number_bytes};
use crate::text::ShortText;

/// Starts may differ by this many seconds, both ends included.
pub(super) const NEAR: u32 = 2;

/// What more records than this share identifies no call: a constant, a serial number that begins
/// anew each day, the number of a batch.
const RECORDS_OF_AN_ID: usize = 16;

/// Keys of calls that may be duplicates.
#[derive(Debug, Default)]
pub struct Suspects {
    pairs: HashSet<u64, FixedState>,
    ids: HashSet<u64, FixedState>,
    /// Hashes of texts that stand where an identifier should and are none.
    no_ids: HashSet<u32, FixedState>,
    /// Records with such a text, and without both numbers whole.
    pub(crate) numberless: u64,
    /// Some records take back what others charge.
    corrections: bool,
}

impl Suspects {
    /// Finds suspects among the keys of all workers.
    ///
    /// # Errors
    /// If keys that were written to disk can't be read back.
    pub fn find(
        pairs: Vec<Partitions>,
        ids: Vec<Partitions>,
        corrections: bool,
        threads: usize,
    ) -> io::Result<Self> {
        let near = |keys: &[u64]| -> Vec<u64> {
            let mut suspects = Vec::new();
            for pair in keys.windows(2) {
                // The hash stands above the start, so the difference is that of the starts.
                if pair[1] - pair[0] <= u64::from(NEAR) {
                    suspects.extend(pair);
                }
            }
            suspects
        };
        let mut found = Self {
            pairs: Partitions::visit_sorted(pairs, threads, near)?.into_iter().collect(),
            corrections,
            ..Self::default()
        };
        for same in Partitions::visit_sorted(ids, threads, same_ids)? {
            match same {
                SameId::Calls(key) => _ = found.ids.insert(key),
                SameId::None { hash, numberless } => {
                    found.no_ids.insert(hash);
                    found.numberless += numberless;
                }
            }
        }
        Ok(found)
    }

    /// True if there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty() && self.ids.is_empty()
    }

    /// True if the call must be compared.
    #[must_use]
    pub fn holds(&self, call: &Call<'_>) -> bool {
        costs(call) && {
            let numbers = Numbers::of(call);
            // Masked numbers are those of many calls in one second: they are held, and memory with
            // them, only for a correction's sake.
            let told = numbers.told == Told::Whole || self.corrections;
            (told && self.pairs.contains(&numbers.key(call.start)))
                || (is_identified(call) && self.ids.contains(&numbers.id_key(call.id)))
        }
    }

    /// The record's identifier, if it is one.
    #[must_use]
    pub(super) fn id<'c>(&self, call: &Call<'c>) -> &'c [u8] {
        if self.no_ids.contains(&id_hash(call.id)) || !is_identified(call) { b"" } else { call.id }
    }
}

/// What calls with one identifier are.
enum SameId {
    /// Suspects, by their key.
    Calls(u64),
    /// Too many: the text, by its hash, is no identifier. Counts those whose numbers are not whole.
    None { hash: u32, numberless: u64 },
}

fn same_ids(keys: &[u64]) -> Vec<SameId> {
    let mut found = Vec::new();
    // The identifier's hash stands above that of the numbers.
    for one_id in keys.chunk_by(|a, b| a >> 32 == b >> 32) {
        if one_id.len() > RECORDS_OF_AN_ID {
            let numberless = one_id.iter().map(|key| key & 1).sum();
            found.push(SameId::None { hash: (one_id[0] >> 32) as u32, numberless });
            continue;
        }
        let equal = one_id.windows(2).filter(|pair| pair[0] == pair[1]);
        found.extend(equal.map(|pair| SameId::Calls(pair[0])));
    }
    found
}

/// True if the record can cost anything; others may repeat as they like.
#[inline]
#[must_use]
pub(super) fn costs(call: &Call<'_>) -> bool {
    call.talk > 0
        || call.outcome == Outcome::Answered
        || call.charge.is_some_and(|charge| charge != Fixed::ZERO)
}

/// True if an identifier can tell the call from others. Without any number it may be that of a
/// customer or of a campaign, who are called twice in a second and for equally long.
#[inline(always)]
pub(super) fn is_identified(call: &Call<'_>) -> bool {
    let any_number = !(call.caller.is_empty() && call.callee.is_empty());
    any_number && !call.id.is_empty()
}

/// How well a number tells one subscriber from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Told {
    /// Empty, `***`, `anonymous`, zeros.
    Nothing,
    /// `138****6718`: ten thousand numbers look like that.
    Masked,
    /// A number.
    Whole,
}

/// Both numbers of a call.
#[derive(Clone, Copy, Debug)]
pub(super) struct Numbers {
    hash: u64,
    /// The worse of the two.
    pub told: Told,
}

impl Numbers {
    #[inline(always)]
    pub fn of(call: &Call<'_>) -> Self {
        let ((caller, from), (callee, to)) = (tail(call.caller), tail(call.callee));
        let a = u128::from(caller ^ 0x9E37_79B9_7F4A_7C15);
        let wide = a * u128::from(callee ^ 0xD1B5_4A32_D192_ED03);
        Self { hash: (wide as u64) ^ (wide >> 64) as u64, told: from.min(to) }
    }

    /// The numbers above the start, so that sorting puts neighbours side by side.
    #[inline(always)]
    pub fn key(self, start: i64) -> u64 {
        // 32 bits of seconds reach from 1970 to 2106.
        (self.hash & 0xFFFF_FFFF_0000_0000) | u64::from(start as u32)
    }

    /// The identifier above the numbers; the last bit is set if they are not whole.
    #[inline(always)]
    pub fn id_key(self, id: &[u8]) -> u64 {
        let numbers = self.hash >> 33 << 1 | u64::from(self.told < Told::Whole);
        u64::from(id_hash(id)) << 32 | numbers
    }
}

/// A hash of an identifier; nearly all are short.
#[inline(always)]
fn id_hash(id: &[u8]) -> u32 {
    let hash = match ShortText::new(id) {
        Some(short) => short.hash(1),
        None => FixedState::with_seed(1).hash_one(id),
    };
    (hash >> 32) as u32
}

/// Digits at the end that all spellings of a number share: 138…, 86138… and 9001138… alike; local
/// numbers have seven or eight.
const TAIL: usize = 7;

/// The last digits of a number, one a byte. Other numbers may share them; whoever compares does so
/// with the whole number.
#[inline(always)]
fn tail(number: &[u8]) -> (u64, Told) {
    if let Some(last) = number.last_chunk::<8>()
        && number.iter().all(u8::is_ascii_digit)
    {
        let tail = u64::from_le_bytes(*last) >> 8;
        if tail != u64::from_le_bytes(*b"0000000\0") {
            return (tail, Told::Whole);
        }
    }
    odd_tail(number)
}

#[cold]
fn odd_tail(number: &[u8]) -> (u64, Told) {
    let mut last = [0u8; TAIL];
    let (mut count, mut zeros) = (0usize, 0usize);
    for digit in number_bytes(number).filter(u8::is_ascii_digit) {
        if count >= TAIL {
            last.rotate_left(1);
        }
        last[count.min(TAIL - 1)] = digit;
        count += 1;
        zeros += usize::from(digit == b'0');
    }
    let mut bytes = [0u8; 8];
    bytes[..TAIL].copy_from_slice(&last);
    let repeated = |pair: &[u8]| pair[0] == pair[1] && matches!(pair[0], b'x' | b'X' | b'#' | b'.');
    let masked = number_bytes(number).any(|byte| matches!(byte, b'*' | b'?') || !byte.is_ascii())
        || number.windows(2).any(repeated);
    // An extension has three digits.
    let told = if count < 3 || zeros == count || is_exponent(number) {
        Told::Nothing
    } else if masked {
        Told::Masked
    } else {
        Told::Whole
    };
    (u64::from_le_bytes(bytes), told)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_number_share_their_tail() {
        for text in [
            "13805711234",
            "8613805711234",
            "+86 138-0571-1234",
            "'13805711234",
            "=\"13805711234\"",
            "13805711234.0",
            "１３８０５７１１２３４",
            "5711234",
        ] {
            assert_eq!(tail(text.as_bytes()), tail(b"013805711234"), "{text}");
        }
        assert_ne!(tail(b"13805711234").0, tail(b"13805711235").0);
    }

    #[test]
    fn what_is_masked_or_missing_tells_nobody() {
        for whole in ["95588", "110", "8001", "SIP/101", "4000000000", "01080000000"] {
            assert_eq!(tail(whole.as_bytes()).1, Told::Whole, "{whole}");
        }
        for masked in
            ["138****1234", "1380571****", "138xxxx1234", "138XXXX1234", "138＊＊＊＊1234"]
        {
            assert_eq!(tail(masked.as_bytes()).1, Told::Masked, "{masked}");
        }
        for nothing in
            ["", "***", "***********", "anonymous", "s", "0", "00000000000", "匿名", "1.38E+10"]
        {
            assert_eq!(tail(nothing.as_bytes()).1, Told::Nothing, "{nothing}");
        }
    }

    #[test]
    fn what_many_records_share_is_no_identifier() {
        let key = |id: u64, numbers: u64| id << 32 | numbers;
        let mut keys: Vec<u64> = (0..17).map(|numbers| key(7, numbers)).collect();
        // Eight of these seventeen have the last bit set.
        keys.extend([key(8, 1), key(8, 1), key(8, 2), key(9, 1)]);
        let found = same_ids(&keys);
        assert!(
            matches!(found[..], [SameId::None { hash: 7, numberless: 8 }, SameId::Calls(suspect)] if suspect == key(8, 1))
        );
    }
}
