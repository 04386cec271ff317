//! Which destination zone a number belongs to.

use super::rule::ZoneSlot;
use crate::number::{Area, Kind, Number};
use crate::tariff::{AreaMatch, DestinationZone, Direction, Reach};
use crate::when::Day;

/// A zone as a condition.
#[derive(Clone, Debug)]
struct Candidate {
    slot: ZoneSlot,
    kinds: Vec<Kind>,
    areas: Vec<AreaMatch>,
    reach: Option<Reach>,
}

/// What is asked of a zone besides the number.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked {
    /// Area of the caller.
    pub(super) caller: Area,
    /// Direction of the call.
    pub(super) direction: Direction,
    /// Its day.
    pub(super) day: Day,
}

impl Candidate {
    fn rank(&self) -> (bool, bool) {
        (!self.areas.is_empty(), !self.kinds.is_empty())
    }

    fn takes(&self, number: &Number<'_>, asked: Asked) -> bool {
        let kind = self.kinds.is_empty() || self.kinds.contains(&number.kind());
        kind && (self.areas.is_empty() || self.in_area(number.area(), asked.caller))
            && self.reach.is_none_or(|reach| reach.hold(asked.direction, asked.day))
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
#[derive(Clone, Copy, Debug)]
struct Node {
    next: [u32; 10],
    zones: Here,
}

/// The zones of one prefix.
#[derive(Clone, Copy, Debug)]
enum Here {
    None,
    /// One, whose only condition is the prefix.
    Only(ZoneSlot),
    /// Those at this place of [`ZoneIndex::ranked`], best rank first.
    Ranked(u32),
}

/// Looks zones up: the longest prefix first, then area, then kind.
#[derive(Clone, Debug)]
pub(super) struct ZoneIndex {
    nodes: Vec<Node>,
    /// Zones with the same prefix and conditions, as many rows of a deck are, stand here once.
    ranked: Vec<Vec<Candidate>>,
    /// Candidates without prefix, best rank first.
    plain: Vec<Candidate>,
    /// The slot of numbers that no zone takes.
    other: ZoneSlot,
    any_area: bool,
}

const ROOT: Node = Node { next: [0; 10], zones: Here::None };

impl ZoneIndex {
    pub(super) fn new(zones: &[DestinationZone]) -> Self {
        let slot = |index: usize| ZoneSlot(u32::try_from(index).unwrap_or(u32::MAX));
        let mut index = Self {
            nodes: vec![ROOT],
            ranked: Vec::new(),
            plain: Vec::new(),
            other: slot(zones.len()),
            any_area: zones.iter().any(|zone| !zone.areas.is_empty()),
        };
        for (number, zone) in zones.iter().enumerate() {
            let candidate = Candidate {
                slot: slot(number),
                kinds: zone.kinds.clone(),
                areas: zone.areas.clone(),
                reach: zone.reach,
            };
            if zone.prefixes.is_empty() {
                index.plain.push(candidate);
                continue;
            }
            let mut alone = None;
            for (prefix, _) in &zone.prefixes {
                let at = index.node(prefix);
                index.add(at, &candidate, &mut alone);
            }
        }
        let by_rank = |list: &mut Vec<Candidate>| list.sort_by_key(|c| std::cmp::Reverse(c.rank()));
        by_rank(&mut index.plain);
        index.ranked.iter_mut().for_each(by_rank);
        index
    }

    /// The node of a prefix.
    fn node(&mut self, prefix: &str) -> usize {
        let mut at = 0;
        for digit in prefix.bytes().map(|byte| usize::from(byte - b'0')) {
            if self.nodes[at].next[digit] == 0 {
                self.nodes[at].next[digit] = place(self.nodes.len());
                self.nodes.push(ROOT);
            }
            at = self.nodes[at].next[digit] as usize;
        }
        at
    }

    /// Adds a zone to a node; `alone` is the list that holds nothing but this zone, if there is one.
    fn add(&mut self, at: usize, candidate: &Candidate, alone: &mut Option<u32>) {
        let unconditional = candidate.rank() == (false, false) && candidate.reach.is_none();
        let known = match self.nodes[at].zones {
            Here::None if unconditional => {
                self.nodes[at].zones = Here::Only(candidate.slot);
                return;
            }
            Here::None => {
                let list = *alone.get_or_insert_with(|| {
                    self.ranked.push(vec![candidate.clone()]);
                    place(self.ranked.len() - 1)
                });
                self.nodes[at].zones = Here::Ranked(list);
                return;
            }
            Here::Only(slot) => {
                vec![Candidate { slot, kinds: Vec::new(), areas: Vec::new(), reach: None }]
            }
            Here::Ranked(list) => self.ranked[list as usize].clone(),
        };
        self.nodes[at].zones = Here::Ranked(place(self.ranked.len()));
        self.ranked.push(known.into_iter().chain([candidate.clone()]).collect());
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
    pub(super) fn zone_of(&self, number: &Number<'_>, asked: Asked) -> ZoneSlot {
        let mut found = None;
        // A longer prefix replaces a shorter one.
        self.along(number, |node, _| match node.zones {
            Here::None => {}
            Here::Only(slot) => found = Some(slot),
            Here::Ranked(list) => {
                let mut list = self.ranked[list as usize].iter();
                found = list.find(|c| c.takes(number, asked)).map(|c| c.slot).or(found);
            }
        });
        found.unwrap_or_else(|| {
            self.plain.iter().find(|c| c.takes(number, asked)).map_or(self.other, |c| c.slot)
        })
    }

    /// All zones that take a number, the one that [`Self::zone_of`] chooses first, each with the
    /// length of the prefix by which it does, 0 for none.
    pub(super) fn taking(&self, number: &Number<'_>, asked: Asked) -> Vec<(ZoneSlot, usize)> {
        let mut by_length: Vec<Vec<(ZoneSlot, usize)>> = Vec::new();
        let of = |list: &[Candidate], length| -> Vec<(ZoneSlot, usize)> {
            let takes = list.iter().filter(|c| c.takes(number, asked));
            takes.map(|c| (c.slot, length)).collect()
        };
        self.along(number, |node, length| {
            by_length.push(match node.zones {
                Here::None => Vec::new(),
                Here::Only(slot) => vec![(slot, length)],
                Here::Ranked(list) => of(&self.ranked[list as usize], length),
            });
        });
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

fn place(index: usize) -> u32 {
    u32::try_from(index).expect("prefixes of files that are kept whole are far fewer")
}
