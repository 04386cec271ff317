//! Which destination zone a number belongs to.

use super::rule::ZoneSlot;
use crate::number::{Area, Kind, Number};
use crate::tariff::{AreaMatch, DestinationZone};

/// A zone as a condition.
#[derive(Clone, Debug)]
struct Candidate {
    slot: ZoneSlot,
    kinds: Vec<Kind>,
    areas: Vec<AreaMatch>,
}

impl Candidate {
    fn rank(&self) -> (bool, bool) {
        (!self.areas.is_empty(), !self.kinds.is_empty())
    }

    fn takes(&self, number: &Number<'_>, caller: Area) -> bool {
        let kind = self.kinds.is_empty() || self.kinds.contains(&number.kind());
        kind && (self.areas.is_empty() || self.in_area(number.area(), caller))
    }

    fn in_area(&self, area: Area, caller: Area) -> bool {
        self.areas.iter().any(|wanted| match wanted {
            AreaMatch::Is(wanted) => *wanted == area,
            AreaMatch::SameAsCaller => caller == area && area != Area::UNKNOWN,
        })
    }

    /// True if only an unknown area, the number's or the caller's, keeps it out.
    fn might_take(&self, number: &Number<'_>, caller: Area) -> bool {
        let far_unknown = number.area() == Area::UNKNOWN;
        let compared = self.areas.iter().any(|area| matches!(area, AreaMatch::SameAsCaller));
        !self.areas.is_empty()
            && (far_unknown || (compared && caller == Area::UNKNOWN))
            && matches!(number.kind(), Kind::Mobile | Kind::Fixed)
            && (self.kinds.is_empty() || self.kinds.contains(&number.kind()))
    }
}

/// A node of the prefix tree.
#[derive(Clone, Debug, Default)]
struct Node {
    next: [u32; 10],
    /// Candidates with this prefix, best rank first.
    candidates: Vec<Candidate>,
    /// The zone, if its only condition is the prefix.
    only: Option<ZoneSlot>,
}

/// Looks zones up: the longest prefix first, then area, then kind.
#[derive(Clone, Debug)]
pub(super) struct ZoneIndex {
    nodes: Vec<Node>,
    /// Candidates without prefix, best rank first.
    plain: Vec<Candidate>,
    /// The slot of numbers that no zone takes.
    other: ZoneSlot,
    any_area: bool,
}

impl ZoneIndex {
    pub(super) fn new(zones: &[DestinationZone]) -> Self {
        let slot = |index: usize| ZoneSlot(u32::try_from(index).unwrap_or(u32::MAX));
        let mut index = Self {
            nodes: vec![Node::default()],
            plain: Vec::new(),
            other: slot(zones.len()),
            any_area: zones.iter().any(|zone| !zone.areas.is_empty()),
        };
        for (number, zone) in zones.iter().enumerate() {
            let candidate = Candidate {
                slot: slot(number),
                kinds: zone.kinds.clone(),
                areas: zone.areas.clone(),
            };
            if zone.prefixes.is_empty() {
                index.plain.push(candidate);
                continue;
            }
            for (prefix, _) in &zone.prefixes {
                let mut at = 0;
                for digit in prefix.bytes().map(|byte| usize::from(byte - b'0')) {
                    if index.nodes[at].next[digit] == 0 {
                        let new = u32::try_from(index.nodes.len()).unwrap_or(u32::MAX);
                        index.nodes.push(Node::default());
                        index.nodes[at].next[digit] = new;
                    }
                    at = index.nodes[at].next[digit] as usize;
                }
                index.nodes[at].candidates.push(candidate.clone());
            }
        }
        let by_rank = |list: &mut Vec<Candidate>| list.sort_by_key(|c| std::cmp::Reverse(c.rank()));
        by_rank(&mut index.plain);
        for node in &mut index.nodes {
            by_rank(&mut node.candidates);
            node.only = match node.candidates.as_slice() {
                [only] if only.rank() == (false, false) => Some(only.slot),
                _ => None,
            };
        }
        index
    }

    /// True if some zone asks for an area, so that mobile segments must be known.
    pub(super) fn needs_areas(&self) -> bool {
        self.any_area
    }

    /// The nodes along a number's digits, shortest prefix first, each with the prefix's length.
    #[inline(always)]
    fn along<'n>(&'n self, number: &Number<'_>, mut see: impl FnMut(&'n Node, usize)) {
        if self.nodes.len() <= 1 {
            return;
        }
        let mut at = 0;
        for (length, digit) in number.digits().iter().enumerate() {
            let digit = usize::from(digit.wrapping_sub(b'0'));
            match self.nodes[at].next.get(digit) {
                Some(next) if *next != 0 => at = *next as usize,
                _ => break,
            }
            see(&self.nodes[at], length + 1);
        }
    }

    /// The zone of a number.
    #[inline]
    pub(super) fn zone_of(&self, number: &Number<'_>, caller: Area) -> ZoneSlot {
        let mut found = None;
        self.along(number, |node, _| {
            // A longer prefix replaces a shorter one.
            if node.only.is_some() {
                found = node.only;
            } else if let Some(taken) = node.candidates.iter().find(|c| c.takes(number, caller)) {
                found = Some(taken.slot);
            }
        });
        found.unwrap_or_else(|| {
            self.plain.iter().find(|c| c.takes(number, caller)).map_or(self.other, |c| c.slot)
        })
    }

    /// All zones that take a number, the one that [`Self::zone_of`] chooses first, each with the
    /// length of the prefix by which it does, 0 for none.
    pub(super) fn taking(&self, number: &Number<'_>, caller: Area) -> Vec<(ZoneSlot, usize)> {
        let mut by_length: Vec<Vec<(ZoneSlot, usize)>> = Vec::new();
        let of = |list: &[Candidate], length| -> Vec<(ZoneSlot, usize)> {
            let takes = list.iter().filter(|c| c.takes(number, caller));
            takes.map(|c| (c.slot, length)).collect()
        };
        self.along(number, |node, length| by_length.push(of(&node.candidates, length)));
        by_length.reverse();
        by_length.push(of(&self.plain, 0));
        by_length.concat()
    }

    /// Zones that a call might belong to instead if the areas of its numbers were known.
    pub(super) fn might_be(&self, number: &Number<'_>, caller: Area) -> Vec<ZoneSlot> {
        if !self.any_area || (number.area() != Area::UNKNOWN && caller != Area::UNKNOWN) {
            return Vec::new();
        }
        self.plain.iter().filter(|c| c.might_take(number, caller)).map(|c| c.slot).collect()
    }
}
