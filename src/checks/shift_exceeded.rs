//! # More talk time than one agent can have in a day
//! # 单坐席单日通话时长超过班次
//!
//! ## Says
//! On {count} [day|days] an agent talked longer than {shift} by the records; the longest was
//! {longest}.
//! ## Test
//! By the provider's records the talk time of one agent on one day, calls counted on the day they
//! began, is above `checks.shift` of the contract file. Records that are there twice are left out.
//! ## Money
//! Nothing is certain; at most what the time beyond the shift costs by itself.
//! ## Often innocent
//! Several people under one login, or a robot that talks round the clock.
//! ## Ask the provider
//! The signalling records of the calls of such a day.
//!
//! ## 结论
//! 按话单, 有 {count} 个坐席日的通话时长超过 {shift}, 最长为 {longest}。
//! ## 判断
//! 按收费方话单, 同一坐席当日 (按通话开始日) 通话时长合计超过合同文件中的 `checks.shift`。重复话单不计。
//! ## 金额
//! 下限为零; 上限为超出班次的时间单独计费的金额。
//! ## 常见正当原因
//! 多人共用一个工号, 或为全天运行的外呼机器人。
//! ## 请收费方说明
//! 这些日期的通话信令记录。

use super::{Case, Check, Evidence, Finding, Grade, Level, Stage};
use crate::cdr::Source;
use crate::money::{Amount, FixedSum};
use crate::reconcile::Fact;
use crate::when::Day;

/// The check.
pub static CHECK: Check = Check {
    id: "J12",
    code: "shift-exceeded",
    stage: Stage::Signal,
    level: Level::Warning,
    source: include_str!("shift_exceeded.rs"),
    hypotheses: None,
    run,
};

/// Days shown.
const SHOWN: usize = 5;

fn run(case: &mut Case<'_>) {
    // The customer's own records are not the provider's to explain.
    let provider = case.papers.source == Some(Source::Provider);
    let Some(tally) = case.papers.tally.filter(|_| provider) else { return };
    let shift = case.papers.plan.checks.shift;
    let first = case.papers.period.first;
    let mut beyond: Vec<(u32, Day, &[u8])> = Vec::new();
    for (name, agent) in &tally.agents {
        let days = (first.0..).map(Day).zip(agent.days);
        let above = days.filter(|(_, talk)| *talk > shift);
        beyond.extend(above.map(|(day, talk)| (talk, day, name.as_ref())));
    }
    beyond.sort_by_key(|(talk, day, name)| (std::cmp::Reverse(*talk), *day, *name));
    let Some((longest, _, _)) = beyond.first() else { return };
    let most: FixedSum = beyond.iter().map(|(talk, _, _)| case.most_for(talk - shift)).sum();
    let shown = beyond.iter().take(SHOWN).map(|(talk, day, name)| {
        let agent = String::from_utf8_lossy(name).into_owned();
        Evidence::Note(
            "shift.agent",
            vec![
                ("agent", Fact::Person(agent)),
                ("day", Fact::Day(*day)),
                ("seconds", Fact::Seconds((*talk).into())),
            ],
        )
    });
    let finding = Finding::new(&CHECK, Grade::Suspect)
        .at_stake(Amount::ZERO, Amount::ZERO, most.amount())
        .counting(u64::try_from(beyond.len()).unwrap_or(u64::MAX))
        .with("shift", Fact::Seconds(shift.into()))
        .with("longest", Fact::Seconds((*longest).into()))
        .showing_all(shown);
    case.push(finding);
}
