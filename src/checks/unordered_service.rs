//! # A value-added service that was not ordered
//! # 未订购的增值服务
//!
//! ## Says
//! "{line}" bills {count} [service|services] that the roster does not have as ordered.
//! ## Test
//! The fee is for each service ordered, and the line is worth a whole number of services more than
//! the roster has in this cycle; or the line says it is a value-added service, and neither
//! contract nor roster knows it.
//! ## Money
//! The fee of each service that was not ordered, or the whole line.
//! ## Often innocent
//! An order by telephone, or a service that is part of another one.
//! ## Ask the provider
//! The order: who placed it, when, and how it was confirmed.
//!
//! ## 结论
//! "{line}"对 {count} 项名册中没有订购的增值服务收费。
//! ## 判断
//! 该费用按订购的服务项数计收, 而该行金额恰好比名册当期在订项数多整数项; 或该行注明为增值服务,
//! 而合同与名册均无此项。
//! ## 金额
//! 未订购各项的费用, 或该行全额。
//! ## 常见正当原因
//! 曾以电话订购, 或该服务包含在其他服务中。
//! ## 请收费方说明
//! 订购记录: 何人、何时订购, 如何确认。

use super::surplus::Cause;
use super::{Case, Check, Evidence, Finding, Grade, Level, Stage};
use crate::invoice::InvoiceLine;
use crate::reconcile::RowKind;
use crate::roster::{Entry, EntryKind};
use crate::text::fold;

/// The check.
pub static CHECK: Check = Check {
    id: "F11",
    code: "unordered-service",
    stage: Stage::Recurring,
    level: Level::Error,
    source: include_str!("unordered_service.rs"),
    hypotheses: None,
    run,
};

fn run(case: &mut Case<'_>) {
    case.claim_surplus(&CHECK, &[Cause::Above, Cause::Ceased], |kind| {
        kind == Some(EntryKind::Service)
    });
    let Some(roster) = case.papers.roster.filter(|roster| roster.knows(EntryKind::Service)) else {
        return;
    };
    for id in case.overcharged(RowKind::Unmatched) {
        let row = case.row(id);
        let Some(at) = row.lines.first().copied() else { continue };
        let line = case.line(at);
        let ordered = roster.of(EntryKind::Service, None).any(|entry| is_for(line, entry));
        if !is_service(line) || ordered {
            continue;
        }
        let open = row.open();
        let finding = Finding::new(&CHECK, Grade::Supported)
            .claiming(open, id)
            .with("line", case.row_name(row))
            .showing(Evidence::Line(at));
        case.claim(id, &CHECK, open);
        case.push(finding);
    }
}

/// True if a line says that it is for a value-added service.
fn is_service(line: &InvoiceLine) -> bool {
    let says = |text: &str| {
        let text = fold(text);
        text.contains("增值业务") || text.contains("增值服务") || text.contains("value-added")
    };
    let kind = line.kind.as_deref().unwrap_or_default();
    says(&line.name) || says(kind) || ["service", "vas", "增值"].contains(&fold(kind).as_str())
}

/// True if a line may be for a service of the roster: by its name, code or object.
fn is_for(line: &InvoiceLine, entry: &Entry) -> bool {
    let texts = [Some(line.name.as_str()), line.code.as_deref(), line.object.as_deref()];
    [&entry.id, &entry.group].into_iter().map(|text| fold(text)).any(|name| {
        !name.is_empty() && texts.into_iter().flatten().any(|text| fold(text).contains(&name))
    })
}
