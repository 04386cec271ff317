//! Ways in which a provider may have computed.

use super::Fact;
use crate::money::Fixed;
use crate::rate::{CallPrice, Compiled, GroupKey};
use crate::tariff::{BandRule, ClauseId, Legs};

/// What a provider that computes like this charges a group of calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prediction {
    /// The charge of one call.
    pub charge: Fixed,
    /// The billed seconds it prints, where records have a column of them.
    pub billed: Option<u32>,
}

/// Seconds of a call.
type Lasting<'h> = dyn Fn(&GroupKey) -> Option<u32> + 'h;
/// Billed seconds of a call of so many seconds.
type Billed<'h> = dyn Fn(&GroupKey, u32) -> Option<u32> + 'h;
/// A charge for so many billed seconds.
type Priced<'h> = dyn Fn(&GroupKey, u32) -> Option<Fixed> + 'h;
/// Both.
type Whole<'h> = dyn Fn(&GroupKey) -> Option<Prediction> + 'h;

/// What a hypothesis changes; each closure gives `None` for calls it says nothing of.
pub enum Way<'h> {
    /// Another length of the call.
    Lasting(Box<Lasting<'h>>),
    /// Other billed seconds, at the contract's price.
    Billed(Box<Billed<'h>>),
    /// Another charge for so many billed seconds.
    Priced(Box<Priced<'h>>),
    /// Both at once, such as another clause's terms.
    Whole(Box<Whole<'h>>),
}

/// A way in which the provider may have computed.
pub struct Hypothesis<'h> {
    /// The check that put it forward.
    pub code: &'static str,
    /// Values for the finding's sentence.
    pub facts: Vec<(&'static str, Fact)>,
    /// What it changes.
    pub way: Way<'h>,
    /// Free parameters: fewer is better.
    pub parameters: u32,
    /// Calls it must explain to be believed.
    pub least: u64,
    /// Of how many different billed durations these must be or, for a price, of how many different
    /// charges: a single one fits any price.
    pub different: usize,
    /// It is about rounding, so that it may explain what printing a charge explains too.
    pub of_rounding: bool,
    /// The price it supposes, where that is all it changes.
    pub price: Option<CallPrice>,
    /// The clause under which it supposes calls to be charged.
    pub under: Option<ClauseId>,
}

impl<'h> Hypothesis<'h> {
    /// A hypothesis without free parameters, believed from the first call.
    #[must_use]
    pub fn new(code: &'static str, way: Way<'h>) -> Self {
        Self {
            code,
            facts: Vec::new(),
            way,
            parameters: 0,
            least: 1,
            different: 1,
            of_rounding: false,
            price: None,
            under: None,
        }
    }

    /// A hypothesis that only the price is another one.
    #[must_use]
    pub fn at_price(code: &'static str, compiled: &'h Compiled, price: CallPrice) -> Self {
        let charge = move |key: &GroupKey, billed| {
            // The parts of a call over a period's edge have prices of their own.
            let by_start = !key.straddles || compiled.band_rule() == BandRule::Start;
            by_start.then(|| compiled.rule(key.rule).charge_at(price, billed)).flatten()
        };
        Self { price: Some(price), ..Self::new(code, Way::Priced(Box::new(charge))) }
    }

    /// A value for the finding's sentence.
    #[must_use]
    pub fn with(mut self, name: &'static str, fact: Fact) -> Self {
        self.facts.push((name, fact));
        self
    }

    /// A parameter read off the charges themselves: believed from so many different calls on.
    #[must_use]
    pub fn fitted(mut self, parameters: u32, least: u64, different: usize) -> Self {
        (self.parameters, self.least, self.different) = (parameters, least, different);
        self
    }

    /// It is about rounding.
    #[must_use]
    pub fn of_rounding(mut self) -> Self {
        self.of_rounding = true;
        self
    }

    /// What it predicts for a group; `None` if it says nothing of such calls.
    #[must_use]
    pub fn predict(&self, compiled: &Compiled, key: &GroupKey) -> Option<Prediction> {
        predict(compiled, std::slice::from_ref(&self), key)
    }

    /// Where it stands in the order of a computation: length, billed seconds, charge. Reasons of
    /// different steps may come together.
    #[must_use]
    pub fn step(&self) -> Option<u8> {
        match self.way {
            Way::Lasting(_) => Some(0),
            Way::Billed(_) => Some(1),
            Way::Priced(_) => Some(2),
            Way::Whole(_) => None,
        }
    }
}

/// What hypotheses of different steps, in the order of their steps, predict together for a group:
/// where each leg of a record is due, for both.
#[must_use]
pub fn predict(
    compiled: &Compiled,
    parts: &[&Hypothesis<'_>],
    key: &GroupKey,
) -> Option<Prediction> {
    let to_caller = key.to_caller.filter(|_| compiled.legs() == Some(Legs::Each));
    let Some((rule, seconds)) = to_caller else { return predict_call(compiled, parts, key) };
    let leg = GroupKey {
        rule,
        seconds,
        expected: compiled.rule(rule).charge(seconds),
        straddles: false,
        claimed: None,
        to_caller: None,
        ..*key
    };
    let other = key.expected.plus(-leg.expected)?;
    let call = GroupKey { expected: other, to_caller: None, ..*key };
    let [one, other] = [call, leg].map(|key| predict_call(compiled, parts, &key));
    let (one, other) = (one?, other?);
    Some(Prediction {
        charge: one.charge.plus(other.charge)?,
        billed: one.billed.zip(other.billed).map(|(one, other)| one.saturating_add(other)),
    })
}

/// What hypotheses of different steps, in the order of their steps, predict together for a group.
fn predict_call(
    compiled: &Compiled,
    parts: &[&Hypothesis<'_>],
    key: &GroupKey,
) -> Option<Prediction> {
    let rule = compiled.rule(key.rule);
    let mut seconds = key.seconds;
    let mut billed = None;
    let mut charge = None;
    for part in parts {
        match &part.way {
            Way::Lasting(lasting) => seconds = lasting(key)?,
            Way::Billed(other) => billed = Some(other(key, seconds)?),
            Way::Priced(priced) => {
                charge = Some(priced(key, billed.unwrap_or_else(|| rule.billed(seconds)))?);
            }
            Way::Whole(whole) => return whole(key),
        }
    }
    if billed.is_none() && charge.is_none() {
        return Some(Prediction {
            charge: rule.charge(seconds),
            billed: Some(rule.billed(seconds)),
        });
    }
    let billed = billed.unwrap_or_else(|| rule.billed(seconds));
    // Other increments may have no exact charge where the contract rounds nothing.
    let charge = charge.or_else(|| rule.charge_at(rule.call_price(), billed))?;
    Some(Prediction { charge, billed: Some(billed) })
}
