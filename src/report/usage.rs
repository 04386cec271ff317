//! How the lines were used: volume, cost of a connected call, agents.

use super::model::{Block, Cell, Sentence, Table};
use crate::audit::Audit;
use crate::money::{Amount, FixedSum};
use crate::rate::AgentTally;
use crate::reconcile::Fact;

/// Volume as pairs, then agents.
pub(super) fn blocks(audit: &Audit) -> Vec<Block> {
    let Some(tally) = audit.tally() else {
        let nobody = table(&std::collections::BTreeMap::new());
        return vec![Block::Says(Sentence::new("no-usage")), Block::Table(nobody)];
    };
    let calls: Amount = call_cost(audit);
    let settings = &audit.plan.checks;
    let agents = &tally.agents;
    let sum = |pick: fn(&AgentTally) -> u64| agents.values().map(pick).sum::<u64>();
    let cost =
        |pick: fn(&AgentTally) -> FixedSum| agents.values().map(pick).sum::<FixedSum>().amount();
    let mut pairs = vec![
        ("attempts", Cell::Count(tally.calls)),
        ("answered", Cell::Count(tally.answered)),
        ("answer-rate", Cell::Share(tally.answered, tally.calls)),
        ("talk-minutes", Cell::Count(tally.talk.div_ceil(60))),
        ("call-cost", Cell::Money(calls)),
        ("cost-per-answered", Cell::Each(calls, tally.answered)),
        ("cost-per-minute", Cell::Each(calls, tally.talk.div_ceil(60))),
    ];
    if agents.is_empty() {
        return vec![Block::Pairs(pairs), Block::Table(table(agents))];
    }
    let subset = |key: &'static str, calls: u64, cost: Amount, seconds: u32| {
        Cell::Word(
            key,
            vec![
                ("count", Fact::Count(calls)),
                ("amount", Fact::Money(cost)),
                ("seconds", Fact::Seconds(seconds.into())),
            ],
        )
    };
    pairs.push((
        "short-calls",
        subset(
            "subset-short",
            sum(|a| a.short.calls),
            cost(|a| a.short.expected),
            settings.short_call,
        ),
    ));
    pairs.push((
        "long-calls",
        subset("subset-long", sum(|a| a.long.calls), cost(|a| a.long.expected), settings.long_call),
    ));
    vec![Block::Pairs(pairs), Block::Table(table(agents))]
}

/// What the call lines of the expected bill come to.
#[must_use]
pub(super) fn call_cost(audit: &Audit) -> Amount {
    audit.bill.lines.iter().filter(|line| line.kind == "call").map(|line| line.net).sum()
}

fn table(agents: &std::collections::BTreeMap<Box<[u8]>, AgentTally>) -> Table {
    let mut sorted: Vec<(&[u8], &AgentTally)> =
        agents.iter().map(|(name, tally)| (&**name, tally)).collect();
    // Where most could be saved comes first.
    sorted.sort_by_key(|(name, tally)| {
        (std::cmp::Reverse(tally.short.expected + tally.long.expected), *name)
    });
    let rows = sorted
        .into_iter()
        .map(|(name, tally)| {
            vec![
                Cell::Agent(String::from_utf8_lossy(name).into_owned()),
                Cell::Count(tally.calls),
                Cell::Share(tally.answered, tally.calls),
                Cell::Count(tally.talk.div_ceil(60)),
                Cell::Money(tally.expected.amount()),
                Cell::Count(tally.short.calls),
                Cell::Count(tally.long.calls),
            ]
        })
        .collect();
    let columns =
        vec!["agent", "attempts", "answer-rate", "minutes", "cost", "short-calls", "long-calls"];
    Table { id: "agents", columns, rows, totalled: false }
}
