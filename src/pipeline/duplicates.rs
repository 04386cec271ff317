//! The same call recorded twice: suspects, held back whole, are compared field by field.

use std::collections::BTreeMap;

use super::held::HeldCall;
use super::suspects::NEAR;
use crate::money::Fixed;
use crate::rate::Void;

/// Both numbers of a call, each in one spelling.
type Pair = (Vec<u8>, Vec<u8>);

/// Decides which held calls are the same call again; `spelled` gives each number in one spelling.
/// Of each set one record stands, the dearest (the reading that favours the provider), and of
/// equals the first.
#[must_use]
pub fn resolve(
    mut held: Vec<HeldCall>,
    spelled: &dyn Fn(&[u8]) -> Vec<u8>,
) -> Vec<(HeldCall, Option<Void>)> {
    held.sort_unstable_by_key(|a| a.row);
    let mut verdicts: Vec<Option<Void>> = vec![None; held.len()];
    let pairs: Vec<Pair> =
        held.iter().map(|call| (spelled(&call.caller), spelled(&call.callee))).collect();
    merge_corrections(&mut held, &pairs, &mut verdicts);
    mark_same_id(&held, &pairs, &mut verdicts);
    // Records without whole numbers may be of any two calls, unless they name the same one.
    let mut by_pair: BTreeMap<&Pair, Vec<usize>> = BTreeMap::new();
    for (index, pair) in pairs.iter().enumerate().filter(|(index, _)| held[*index].numbered) {
        by_pair.entry(pair).or_default().push(index);
    }
    for calls in by_pair.values() {
        mark_pair(&held, calls, &mut verdicts);
    }
    held.into_iter().zip(verdicts).collect()
}

/// A record with a negative charge takes back what another record of the same call charged: it
/// lowers the charge of that record, and is no call of its own. Of several it corrects the one that
/// charged exactly as much, else the dearest.
fn merge_corrections(held: &mut [HeldCall], pairs: &[Pair], verdicts: &mut [Option<Void>]) {
    if held.iter().all(|call| call.charged() >= Fixed::ZERO) {
        return;
    }
    let mut by_numbers: BTreeMap<(&Pair, u32, i32), Vec<usize>> = BTreeMap::new();
    for (index, call) in held.iter().enumerate() {
        by_numbers.entry((&pairs[index], call.talk, call.cycle)).or_default().push(index);
    }
    let sets: Vec<Vec<usize>> = by_numbers.into_values().collect();
    for set in sets {
        for index in set.iter().copied() {
            let taken_back = held[index].charged();
            if taken_back >= Fixed::ZERO {
                continue;
            }
            let original = set
                .iter()
                .copied()
                .filter(|other| held[*other].charged() > Fixed::ZERO)
                .filter(|other| held[index].is_of_same_call(&held[*other]))
                .max_by_key(|other| {
                    let charged = held[*other].charged();
                    (charged == -taken_back, charged, std::cmp::Reverse(held[*other].row))
                });
            let Some(original) = original else { continue };
            let left = held[original].charged().plus(taken_back);
            held[original].charge = Some(left.expect("charges of opposite sign add up to less"));
            held[index].charge = Some(Fixed::ZERO);
            verdicts[index] = Some(Void::Duplicate);
        }
    }
}

/// The same identifier, numbers and talk time, and starts that hardly differ: the record was
/// exported twice. Serial numbers begin anew each day, so the identifier alone says nothing.
fn mark_same_id(held: &[HeldCall], pairs: &[Pair], verdicts: &mut [Option<Void>]) {
    let mut by_id: BTreeMap<(&[u8], &Pair, u32), Vec<usize>> = BTreeMap::new();
    let open = held.iter().enumerate().filter(|(index, _)| verdicts[*index].is_none());
    for (index, call) in open.filter(|(_, call)| !call.id.is_empty()) {
        by_id.entry((&*call.id, &pairs[index], call.talk)).or_default().push(index);
    }
    // An identifier that calls of other numbers bear too, a batch or a campaign, is none of a call.
    let mut shared: BTreeMap<&[u8], Option<&Pair>> = BTreeMap::new();
    for (id, pair, _) in by_id.keys() {
        let only = shared.entry(*id).or_insert(Some(*pair));
        if *only != Some(*pair) {
            *only = None;
        }
    }
    by_id.retain(|(id, _, _), _| shared.get(id).is_some_and(Option::is_some));
    for mut same in by_id.into_values() {
        same.sort_by_key(|i| (held[*i].start, held[*i].row));
        for same in same.chunk_by(|a, b| {
            let (a, b) = (&held[*a], &held[*b]);
            b.start - a.start <= i64::from(NEAR) && began_at_once(a, b)
        }) {
            // Without a callee, or with a masked one, even these might be two legs of a session.
            let whole = same.iter().all(|i| held[*i].numbered);
            let void = if whole { Void::Duplicate } else { Void::Repeat };
            void_all_but_dearest(held, same, verdicts, void);
        }
    }
}

/// Calls between one pair of numbers.
fn mark_pair(held: &[HeldCall], calls: &[usize], verdicts: &mut [Option<Void>]) {
    let mut open: Vec<usize> = calls.iter().copied().filter(|i| verdicts[*i].is_none()).collect();
    open.sort_by_key(|i| (held[*i].start, held[*i].talk, held[*i].charge, held[*i].row));
    for same in open.chunk_by(|a, b| {
        let (a, b) = (&held[*a], &held[*b]);
        (a.start, a.talk, a.charge) == (b.start, b.talk, b.charge) && began_at_once(a, b)
    }) {
        if nothing_tells_apart(held, same) {
            // An identifier that both have was met before.
            void_all_but_dearest(held, same, verdicts, Void::Repeat);
        }
    }
    open.retain(|i| verdicts[*i].is_none());
    open.sort_by_key(|i| (held[*i].start, held[*i].talk, held[*i].row));
    let mut left = open.into_iter();
    let Some(mut stands) = left.next() else { return };
    for next in left {
        if is_near(&held[stands], &held[next]) {
            void_all_but_dearest(held, &[stands, next], verdicts, Void::NearDuplicate);
            if verdicts[next].is_some() {
                continue;
            }
        }
        stands = next;
    }
}

/// True if the records could be one record printed several times. Another identifier, agent or
/// line says that there were two calls, though to one number in one second: a switchboard answers
/// several at once, and so does an announcement, which always lasts equally long.
fn nothing_tells_apart(held: &[HeldCall], same: &[usize]) -> bool {
    let texts: [fn(&HeldCall) -> &[u8]; 3] =
        [|call| &call.id, |call| &call.agent, |call| &call.line];
    texts.into_iter().all(|text| {
        let mut said = same.iter().map(|i| text(&held[*i])).filter(|text| !text.is_empty());
        said.next().is_none_or(|first| said.all(|other| other == first))
    })
}

/// Starts without seconds may be up to a minute apart: only calls that lasted longer were then
/// surely on the line at once.
fn began_at_once(a: &HeldCall, b: &HeldCall) -> bool {
    !(a.minutes_only || b.minutes_only) || a.talk.min(b.talk) >= 60
}

/// Starts within two seconds, talk times within one, and both on the line at once: a redial after
/// an instant drop does not overlap.
fn is_near(a: &HeldCall, b: &HeldCall) -> bool {
    let apart = b.start - a.start;
    apart <= i64::from(NEAR)
        && a.talk.abs_diff(b.talk) <= 1
        && apart < i64::from(a.talk)
        && began_at_once(a, b)
        && a.talk > 0
        && b.talk > 0
}

fn void_all_but_dearest(
    held: &[HeldCall],
    same: &[usize],
    verdicts: &mut [Option<Void>],
    void: Void,
) {
    let stands =
        same.iter().copied().max_by_key(|i| (held[*i].charged(), std::cmp::Reverse(held[*i].row)));
    for index in same.iter().copied().filter(|i| Some(*i) != stands) {
        verdicts[index] = Some(void);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cdr::{Outcome, Row};
    use crate::pipeline::Held;
    use crate::tariff::Direction;
    use crate::when::Day;

    fn held(line: u32, id: &str, start: i64, talk: u32, charge: &str) -> HeldCall {
        HeldCall {
            row: Row { block: 0, line },
            id: id.as_bytes().into(),
            caller: (*b"057188886666").into(),
            callee: (*b"13800000000").into(),
            agent: (*b"").into(),
            line: (*b"").into(),
            start,
            day: Day(0),
            second: 0,
            minutes_only: false,
            talk,
            total: None,
            clock: None,
            billed: None,
            charge: Some(Fixed::parse(charge.as_bytes()).expect("amount")),
            outcome: Outcome::Answered,
            direction: Direction::Outbound,
            caller_leg: None,
            cycle: 0,
            numbered: true,
            again: 0,
        }
    }

    /// Mobile numbers are spelled without 86; that is all these tests need.
    fn spelled(number: &[u8]) -> Vec<u8> {
        number.strip_prefix(b"86").unwrap_or(number).to_vec()
    }

    fn verdicts(calls: Vec<HeldCall>) -> Vec<(u32, Void)> {
        let resolved = resolve(calls, &spelled).into_iter();
        resolved.filter_map(|(call, void)| Some((call.row.line, void?))).collect()
    }

    #[test]
    fn one_record_of_each_set_stands() {
        use Void::{Duplicate, NearDuplicate, Repeat};
        // Same id: the second goes, whatever it charges.
        assert_eq!(
            verdicts(vec![held(1, "a", 0, 30, "0.1"), held(2, "a", 0, 30, "0.1")]),
            [(2, Duplicate)]
        );
        assert_eq!(
            verdicts(vec![held(1, "a", 0, 30, "0.1"), held(2, "a", 1, 30, "0.2")]),
            [(1, Duplicate)]
        );
        // No id, and all the same; of one the id may have been left out.
        assert_eq!(
            verdicts(vec![held(1, "", 0, 30, "0.1"), held(2, "", 0, 30, "0.1")]),
            [(2, Repeat)]
        );
        assert_eq!(
            verdicts(vec![held(1, "a", 0, 30, "0.1"), held(2, "", 0, 30, "0.1")]),
            [(2, Repeat)]
        );
        // Other ids, or another charge: likely, but there may have been two calls.
        assert_eq!(
            verdicts(vec![
                held(1, "a", 0, 30, "0.1"),
                held(2, "b", 0, 30, "0.2"),
                held(3, "c", 0, 30, "0.1"),
            ]),
            [(1, NearDuplicate), (3, NearDuplicate)]
        );
        assert_eq!(
            verdicts(vec![held(1, "", 0, 30, "0.1"), held(2, "", 0, 30, "0.2")]),
            [(1, NearDuplicate)]
        );
        assert_eq!(
            verdicts(vec![held(1, "a", 0, 30, "0.1"), held(2, "b", 2, 29, "0.1")]),
            [(2, NearDuplicate)]
        );
        // Two agents, and no id to say that they shared one call.
        let of = |line, agent: &str| HeldCall {
            agent: agent.as_bytes().into(),
            ..held(line, "", 0, 30, "0.1")
        };
        assert_eq!(verdicts(vec![of(1, "8001"), of(2, "8002")]), [(2, NearDuplicate)]);
        assert_eq!(verdicts(vec![of(1, "8001"), of(2, "8001")]), [(2, Repeat)]);
    }

    #[test]
    fn what_is_recorded_often_is_held_once_and_counted() {
        let all = || (0..1000).map(|line| held(line, "", 0, 30, "0.1"));
        // In two workers, each of which reads every other row.
        let [mut one, mut two] = [0, 1].map(|odd| {
            let mut part = Held::default();
            all().filter(|call| call.row.line % 2 == odd).for_each(|call| part.hold(call, false));
            part
        });
        two.merge(std::mem::take(&mut one), false);
        let mut calls = two.into_calls();
        calls.sort_unstable_by_key(|call| call.row);
        let rows: Vec<(u32, u64)> = calls.iter().map(|call| (call.row.line, call.again)).collect();
        assert_eq!(rows[..7], [0, 1, 2, 3, 4, 5, 6].map(|row| (row, 0)));
        assert_eq!(rows[7..], [(7, 992)]);
        let repeats = (1..8).map(|row| (row, Void::Repeat)).collect::<Vec<_>>();
        assert_eq!(verdicts(calls), repeats);
        // What may be a call of its own is held as it is.
        let mut short = Held::default();
        all().for_each(|call| short.hold(HeldCall { minutes_only: true, ..call }, false));
        assert_eq!(short.into_calls().len(), 1000);
    }

    #[test]
    fn one_number_may_be_spelled_in_two_ways() {
        let with_code = |line, id, start| HeldCall {
            callee: (*b"8613800000000").into(),
            ..held(line, id, start, 30, "0.1")
        };
        assert_eq!(
            verdicts(vec![held(1, "", 0, 30, "0.1"), with_code(2, "", 0)]),
            [(2, Void::Repeat)]
        );
        assert_eq!(
            verdicts(vec![held(1, "a", 0, 30, "0.1"), with_code(2, "a", 0)]),
            [(2, Void::Duplicate)]
        );
        assert_eq!(
            verdicts(vec![held(1, "a", 0, 30, "0.1"), with_code(2, "b", 2)]),
            [(2, Void::NearDuplicate)]
        );
    }

    #[test]
    fn an_identifier_of_another_day_is_another_call() {
        let next_day = held(2, "1", 86_400, 30, "0.1");
        assert!(verdicts(vec![held(1, "1", 0, 30, "0.1"), next_day]).is_empty());
        assert!(verdicts(vec![held(1, "1", 0, 30, "0.1"), held(2, "1", 3, 30, "0.1")]).is_empty());
    }

    #[test]
    fn masked_numbers_are_of_one_call_only_if_the_identifier_says_so() {
        let masked = |line, id| HeldCall {
            callee: (*b"138****0000").into(),
            numbered: false,
            ..held(line, id, 0, 30, "0.1")
        };
        assert!(verdicts(vec![masked(1, ""), masked(2, "")]).is_empty());
        assert!(verdicts(vec![masked(1, "a"), masked(2, "b")]).is_empty());
        assert_eq!(verdicts(vec![masked(1, "a"), masked(2, "a")]), [(2, Void::Repeat)]);
    }

    #[test]
    fn a_correction_lowers_the_charge_of_the_record_it_corrects() {
        // Charged, taken back, charged anew: the new charge stands, and nothing is left of the rest.
        let resolved = resolve(
            vec![
                held(1, "a", 0, 30, "0.6"),
                held(2, "a", 0, 30, "-0.6"),
                held(3, "b", 0, 30, "0.1"),
            ],
            &spelled,
        );
        let left: Vec<(String, bool)> = resolved
            .iter()
            .map(|(call, void)| (call.charged().amount().to_string(), void.is_none()))
            .collect();
        let expected = [("0.00", false), ("0.00", false), ("0.10", true)];
        assert_eq!(left, expected.map(|(charge, stands)| (charge.to_owned(), stands)));
        // The record that charged as much is corrected, though another is dearer.
        let resolved = resolve(
            vec![
                held(1, "a", 0, 30, "0.2"),
                held(2, "b", 0, 30, "0.3"),
                held(3, "c", 0, 30, "-0.2"),
            ],
            &spelled,
        );
        assert_eq!(resolved[0].0.charged(), Fixed::ZERO);
    }

    #[test]
    fn an_identifier_of_many_numbers_is_none() {
        let to = |line, callee: &[u8; 11], start| HeldCall {
            callee: (*callee).into(),
            ..held(line, "B1", start, 20, "0.1")
        };
        let (a, b) = (b"13800000001", b"13800000002");
        // The batch `B1` called the first number twice, a second apart at most: near, not the same.
        assert_eq!(
            verdicts(vec![to(1, a, 0), to(2, a, 1), to(3, b, 9)]),
            [(2, Void::NearDuplicate)]
        );
        assert_eq!(verdicts(vec![to(1, a, 0), to(2, a, 1)]), [(2, Void::Duplicate)]);
        // Starts without seconds may be a minute apart, whatever the identifier says.
        let within_a_minute =
            |line| HeldCall { minutes_only: true, ..held(line, "B1", 0, 20, "0.1") };
        assert!(verdicts(vec![within_a_minute(1), within_a_minute(2)]).is_empty());
    }

    #[test]
    fn near_twins_that_are_other_calls() {
        // A redial after the first call ended; another talk time; three seconds apart.
        assert!(verdicts(vec![held(1, "a", 0, 1, "0.1"), held(2, "b", 2, 1, "0.1")]).is_empty());
        assert!(verdicts(vec![held(1, "a", 0, 30, "0.1"), held(2, "b", 1, 40, "0.1")]).is_empty());
        assert!(verdicts(vec![held(1, "a", 0, 30, "0.1"), held(2, "b", 3, 30, "0.1")]).is_empty());
        // Starts without seconds: a redial within the minute; but not of calls that last longer.
        let to_the_minute = |talk| {
            [1, 2].map(|line| HeldCall { minutes_only: true, ..held(line, "", 0, talk, "0.1") })
        };
        assert!(verdicts(to_the_minute(20).into()).is_empty());
        assert_eq!(verdicts(to_the_minute(61).into()), [(2, Void::Repeat)]);
        // The same id with another talk time is another leg.
        assert!(verdicts(vec![held(1, "a", 0, 30, "0.1"), held(2, "a", 50, 9, "0.1")]).is_empty());
    }
}
