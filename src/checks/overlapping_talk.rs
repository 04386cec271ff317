//! # An agent in two talks at once
//! # 同一坐席通话时间重叠
//!
//! ## Says
//! {count} [talk|talks] began (agents: {agents}) while another talk of the same agent went on:
//! {time} in two talks at once.
//! ## Test
//! By the provider's records the talks of one agent overlap by at least a minute. Less proves
//! nothing: a start may be that of dialling, or written without seconds. Records that are there
//! twice are left out.
//! ## Money
//! Nothing is certain; at most what the overlapping time costs by itself.
//! ## Often innocent
//! A talk on hold during another one, a supervisor who listens in, several people under one login.
//! ## Ask the provider
//! The signalling records of these talks.
//!
//! ## 结论
//! {agents} 个坐席有 {count} 通通话在本坐席另一通通话未结束时开始, 合计重叠 {time}。
//! ## 判断
//! 按收费方话单, 同一坐席的两通通话重叠达一分钟以上。不足一分钟不能说明问题: 开始时间可能是拨号时间, 或只到分钟。
//! 重复话单不计。
//! ## 金额
//! 下限为零; 上限为重叠时间单独计费的金额。
//! ## 常见正当原因
//! 保持一通的同时接听另一通, 班长监听或强插, 多人共用一个工号。
//! ## 请收费方说明
//! 这些通话的信令记录。

use super::{Case, Check, Evidence, Finding, Grade, Level, Stage};
use crate::cdr::Source;
use crate::money::{Amount, FixedSum};
use crate::rate::agents::Talk;
use crate::reconcile::Fact;

/// The check.
pub static CHECK: Check = Check {
    id: "J05",
    code: "overlapping-talk",
    stage: Stage::Signal,
    level: Level::Warning,
    source: include_str!("overlapping_talk.rs"),
    hypotheses: None,
    run,
};

/// Shorter overlaps may come from starts that are not to the second, seconds.
const LEAST: u32 = 60;

/// Overlaps shown.
const SHOWN: usize = 5;

fn run(case: &mut Case<'_>) {
    // The customer's own records are not the provider's to explain.
    let provider = case.papers.source == Some(Source::Provider);
    let Some(tally) = case.papers.tally.filter(|tally| provider && !tally.talks_dropped) else {
        return;
    };
    let mut all: Vec<(u32, i64, &[u8])> = Vec::new();
    let mut agents: u64 = 0;
    for (name, agent) in &tally.agents {
        let overlaps = overlaps(&agent.talks);
        agents += u64::from(!overlaps.is_empty());
        all.extend(overlaps.into_iter().map(|(start, seconds)| (seconds, start, name.as_ref())));
    }
    if all.is_empty() {
        return;
    }
    all.sort_by_key(|(seconds, start, name)| (std::cmp::Reverse(*seconds), *start, *name));
    let most: FixedSum = all.iter().map(|(seconds, _, _)| case.most_for(*seconds)).sum();
    let shown = all.iter().take(SHOWN).map(|(seconds, start, name)| {
        let agent = String::from_utf8_lossy(name).into_owned();
        Evidence::Note(
            "overlap.agent",
            vec![
                ("agent", Fact::Person(agent)),
                ("moment", Fact::Moment(*start)),
                ("seconds", Fact::Seconds((*seconds).into())),
            ],
        )
    });
    let finding = Finding::new(&CHECK, Grade::Suspect)
        .at_stake(Amount::ZERO, Amount::ZERO, most.amount())
        .counting(u64::try_from(all.len()).unwrap_or(u64::MAX))
        .with("agents", Fact::Count(agents))
        .with("time", Fact::Seconds(all.iter().map(|(seconds, _, _)| u64::from(*seconds)).sum()))
        .showing_all(shown);
    case.push(finding);
}

/// Talks that began before the ones before them had ended: when, and for how long both went on.
fn overlaps(talks: &[Talk]) -> Vec<(i64, u32)> {
    let mut talks = talks.to_vec();
    // Parts of several workers are in order already, which a stable sort makes use of.
    talks.sort();
    let mut overlaps = Vec::new();
    let mut busy_until = i64::MIN;
    for talk in talks {
        let end = talk.start() + i64::from(talk.seconds());
        let both = end.min(busy_until).saturating_sub(talk.start());
        if let Some(both) = u32::try_from(both).ok().filter(|both| *both >= LEAST) {
            overlaps.push((talk.start(), both));
        }
        busy_until = busy_until.max(end);
    }
    overlaps
}
