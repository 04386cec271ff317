//! Billed time laid out on a call's clock: which of its seconds are billed at which price.
//!
//! A call runs under one rule, or over edges of periods under several in turn; each rule may have
//! steps, prices that hold from some second of the call on. Edges of both kinds are hard, where the
//! time before is rounded up by itself and blocks begin anew, or soft: blocks run on over them and
//! go with the price at which they begin, or are cut in two.

use rust_decimal::Decimal;

use super::charge::Stretch;
use crate::tariff::{BandRule, Metering, StepRule};

/// A price that holds from some second of a call on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StepPrice {
    /// The second, counted from the start of the call or from where `after` counts afresh.
    pub from: u32,
    /// Price of one `per`.
    pub price: Decimal,
    /// Seconds the price is for.
    pub per: u32,
    /// Block from there on, if not that of the metering.
    pub block: Option<u32>,
}

/// Part of a call under one rule.
#[derive(Clone, Copy)]
pub(super) struct Piece<'r> {
    /// Its prices, the first from second 0 on.
    pub(super) steps: &'r [StepPrice],
    /// Its own block.
    pub(super) next: u32,
    /// How long it is.
    pub(super) seconds: u32,
    /// How blocks meet the edge at which it begins.
    pub(super) edge: BandRule,
}

/// Billed seconds at one price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Laid {
    /// Place of the piece.
    pub(super) piece: usize,
    /// Place of the price among those of the piece.
    pub(super) step: usize,
    /// Second of the call at which the first of them lies.
    pub(super) at: u32,
    /// How many.
    pub(super) seconds: u32,
    /// Block in which they are billed.
    pub(super) block: u32,
}

/// Lays out billed time. Seconds of a block beyond the call's end go with its last piece; `after`
/// counts on through them.
pub(super) fn lay_out(time: Stretch, metering: &Metering, pieces: &[Piece<'_>]) -> Vec<Laid> {
    let begins = pieces.iter().scan(0u32, |reached, piece| {
        let begin = *reached;
        *reached = reached.saturating_add(piece.seconds);
        Some(begin)
    });
    let clock = Clock { time, metering, pieces, begins: begins.collect() };
    let mut list = List { laid: Vec::new(), total: 0, free: time.free };
    clock.blocks(&mut list);
    list.laid
}

/// What is left of billed seconds without so many, from the first one on.
pub(super) fn without(laid: &[Laid], seconds: u32) -> Vec<Laid> {
    let mut list = List { laid: Vec::new(), total: 0, free: seconds };
    laid.iter().for_each(|part| list.push(*part));
    list.laid
}

/// Counts billed seconds through the steps of their pieces anew, as if the call began with them.
pub(super) fn counted_afresh(
    laid: &[Laid],
    metering: &Metering,
    pieces: &[Piece<'_>],
) -> Vec<Laid> {
    let mut list = List { laid: Vec::new(), total: 0, free: 0 };
    for part in laid {
        let steps = pieces[part.piece].steps;
        let mut left = *part;
        while left.seconds > 0 {
            let step = step_of(steps, list.total);
            let until = steps.get(step + 1).map_or(u32::MAX, |next| next.from - list.total);
            let here = match metering.step_rule {
                StepRule::EachIncrement => until.div_ceil(part.block).saturating_mul(part.block),
                StepRule::EachPiece | StepRule::ExactSplit => until,
            };
            let here = here.min(left.seconds);
            list.push(Laid { step, seconds: here, ..left });
            left = Laid { at: left.at + here, seconds: left.seconds - here, ..left };
        }
    }
    list.laid
}

/// The price that holds at a second.
fn step_of(steps: &[StepPrice], second: u32) -> usize {
    steps.partition_point(|step| step.from <= second).saturating_sub(1)
}

/// What has been laid out.
struct List {
    laid: Vec<Laid>,
    /// Billed seconds so far, free ones among them.
    total: u32,
    /// Free ones yet to come.
    free: u32,
}

impl List {
    fn push(&mut self, part: Laid) {
        self.total = self.total.saturating_add(part.seconds);
        let free = self.free.min(part.seconds);
        self.free -= free;
        let part = Laid { at: part.at + free, seconds: part.seconds - free, ..part };
        match self.laid.last_mut() {
            _ if part.seconds == 0 => {}
            Some(last)
                if (last.piece, last.step, last.block) == (part.piece, part.step, part.block) =>
            {
                last.seconds += part.seconds;
            }
            _ => self.laid.push(part),
        }
    }
}

/// A call's clock with the edges on it.
struct Clock<'c> {
    time: Stretch,
    metering: &'c Metering,
    pieces: &'c [Piece<'c>],
    /// Second at which each piece begins.
    begins: Vec<u32>,
}

impl Clock<'_> {
    fn blocks(&self, list: &mut List) {
        let Stretch { origin, end, .. } = self.time;
        if origin == end {
            return self.whole(origin, self.time.empty, self.time.blocks.0, list);
        }
        let (mut at, mut is_first) = (origin, true);
        while at < end {
            let until = self.hard_edge(at);
            self.run(at, until, is_first, list);
            (at, is_first) = (until, false);
        }
        self.least(list);
    }

    /// Blocks between two hard edges, the last one perhaps beyond.
    fn run(&self, begin: u32, until: u32, mut is_first: bool, list: &mut List) {
        let mut at = begin;
        while at < until {
            let block = if is_first { self.time.blocks.0 } else { self.block_at(at) };
            let edge = self.soft_edge(at).min(until);
            let count = if is_first { 1 } else { (edge - at).div_ceil(block) };
            let complete = if self.time.complete_only { (until - at) / block } else { count };
            let seconds = count.min(complete).saturating_mul(block);
            self.whole(at, seconds, block, list);
            if complete < count {
                break;
            }
            at = at.saturating_add(seconds);
            is_first = false;
        }
    }

    /// What the least billed seconds of a call add: a call of so many seconds costs no more.
    fn least(&self, list: &mut List) {
        let reach = self.time.origin.saturating_add(self.time.least);
        while list.total < self.time.least {
            let at = self.time.origin + list.total;
            let block = self.block_at(at);
            let edge = self.step_edge(self.piece_at(at), at).unwrap_or(reach).min(reach);
            let seconds = match self.metering.step_rule {
                StepRule::EachIncrement => {
                    (edge - at).div_ceil(block).saturating_mul(block).min(reach - at)
                }
                StepRule::EachPiece | StepRule::ExactSplit => edge - at,
            };
            self.whole(at, seconds, block, list);
        }
    }

    /// Whole blocks of which no two begin at different prices, cut where edges cut blocks.
    fn whole(&self, begin: u32, seconds: u32, block: u32, list: &mut List) {
        let until = begin.saturating_add(seconds);
        let by_step = self.metering.step_rule == StepRule::ExactSplit;
        let first = self.piece_at(begin);
        // Beyond an edge lies only the end of the last block.
        let last_begins = until.saturating_sub(block).max(begin);
        let mut at = begin;
        while at < until {
            let piece = self.cut_piece(first, at);
            let step = match (by_step, piece == first) {
                (true, _) => self.step_at(piece, at),
                (false, true) => self.step_at(piece, begin),
                (false, false) => self.step_at(piece, last_begins),
            };
            let band_edge = self.cut_edge(at);
            let step_edge = if by_step { self.step_edge(piece, at) } else { None };
            let edges = band_edge.into_iter().chain(step_edge);
            let here = edges.fold(until, u32::min) - at;
            list.push(Laid { piece, step, at, seconds: here, block });
            at += here;
        }
    }

    /// The piece of a second of the call, or of its last billable one.
    fn piece_at(&self, second: u32) -> usize {
        let second = second.min(self.time.end.saturating_sub(1));
        self.begins.partition_point(|begin| *begin <= second).saturating_sub(1)
    }

    /// Second from which `after` counts in a piece.
    fn counts_from(&self, piece: usize) -> u32 {
        let begin = if self.metering.steps_afresh { self.begins[piece] } else { 0 };
        begin.max(self.time.counts_from)
    }

    fn step_at(&self, piece: usize, second: u32) -> usize {
        step_of(self.pieces[piece].steps, second.saturating_sub(self.counts_from(piece)))
    }

    fn block_at(&self, second: u32) -> u32 {
        let at = self.piece_at(second);
        let own = self.pieces[at].steps[self.step_at(at, second)].block;
        let begun = self.pieces[..=at].iter().skip(1).rev();
        let anew = begun.into_iter().find(|piece| piece.edge == BandRule::EachPiece);
        let next = anew.map_or(self.time.blocks.1, |piece| piece.next);
        own.unwrap_or(next)
    }

    /// The piece that a second of a block counts with: that in which the block begins, or the last
    /// one whose edge has cut the block.
    fn cut_piece(&self, first: usize, second: u32) -> usize {
        let cuts = |piece: &usize| self.pieces[*piece].edge == BandRule::ExactSplit;
        (first + 1..=self.piece_at(second)).rev().find(cuts).unwrap_or(first)
    }

    /// The next edge that cuts a block in two.
    fn cut_edge(&self, after: u32) -> Option<u32> {
        let next = self.begins.partition_point(|begin| *begin <= after);
        let cuts = |piece: &usize| self.pieces[*piece].edge == BandRule::ExactSplit;
        let piece = (next..self.pieces.len()).find(cuts)?;
        Some(self.begins[piece]).filter(|begin| *begin < self.time.end)
    }

    /// The next second at which another piece begins.
    fn band_edge(&self, after: u32) -> Option<u32> {
        let next = self.begins.partition_point(|begin| *begin <= after);
        self.begins.get(next).copied().filter(|begin| *begin < self.time.end)
    }

    /// The next second at which another price of the piece begins.
    fn step_edge(&self, piece: usize, after: u32) -> Option<u32> {
        let from = self.counts_from(piece);
        let seconds = after.saturating_sub(from);
        let next = self.pieces[piece].steps.iter().find(|step| step.from > seconds)?;
        Some(from.saturating_add(next.from))
    }

    fn soft_edge(&self, after: u32) -> u32 {
        let edges = [self.band_edge(after), self.step_edge(self.piece_at(after), after)];
        edges.into_iter().flatten().min().unwrap_or(u32::MAX)
    }

    /// The next second at which blocks begin anew, or the call's end.
    fn hard_edge(&self, after: u32) -> u32 {
        let end = self.time.end;
        let mut at = after;
        loop {
            let band = self.band_edge(at).unwrap_or(end);
            let step = self.step_edge(self.piece_at(at), at);
            let step = step.filter(|_| self.metering.step_rule == StepRule::EachPiece);
            match step.unwrap_or(end).min(end) {
                edge if edge <= band => return edge,
                _ if self.pieces[self.piece_at(band)].edge == BandRule::EachPiece => return band,
                _ => at = band,
            }
        }
    }
}
