//! Which column of a file holds what.

use super::columns::SaidColumn;
use super::dialect::{ColumnName, Dialect, fold_header};
use super::heading::{Heading, point_of, remark_of};
use super::{Column, ColumnSpec, Field, Unit};

/// Why a column can't be taken as it is named.
pub(super) enum Unmet {
    /// There is none of this name or at this place.
    Absent(String),
    /// The name without its unit is that of several headers.
    Several(String, Vec<String>),
    /// As typed: it holds another field already.
    Shared(String),
}

/// Which columns of a header a dialect knows. Explicit columns go first, then the dialect's own
/// names, then, if it is open, the generic ones; each column is used once. Of a file without
/// header, `header` are the names that the dialect gives its columns.
pub(super) fn resolve(
    header: &[String],
    dialect: &Dialect,
    generic: &Dialect,
    spec: &ColumnSpec,
    currency: &str,
) -> Result<Vec<Column>, Unmet> {
    let headings: Vec<Heading> = header.iter().map(|name| Heading::parse(name, currency)).collect();
    let mut columns: Vec<Column> = Vec::new();
    let place_of = |name: &str| {
        let wanted = Heading::parse(name, currency);
        headings.iter().position(|known| known.name == wanted.name)
    };
    // A pinned reading holds for the header as it was, its unit included.
    let pinned = |name: &str| {
        let wanted = fold_header(name);
        header.iter().position(|known| fold_header(known) == wanted)
    };
    // A dialect may say that records begin when they were answered, or that the caller's number
    // tells which way a call went: one column, both fields.
    let of = |field| dialect.columns.iter().find(|(f, _)| *f == field).map(|(_, name)| name);
    let share = [[Field::Start, Field::Answer], [Field::Caller, Field::Direction]]
        .map(|pair| (pair, of(pair[0]).is_some() && of(pair[0]) == of(pair[1])));
    let mut take = |field: Field, place: usize, unit: Option<Unit>, said: Option<u32>| {
        let shared = |other: Field| {
            let both = |pair: &[Field; 2]| pair.contains(&field) && pair.contains(&other);
            share.iter().any(|(pair, one)| *one && both(pair))
        };
        let taken = columns.iter().any(|column| {
            column.field == field || (column.place == place && !shared(column.field))
        });
        if !taken {
            let heading = headings.get(place);
            let own = |pairs: &[(Field, Unit)]| {
                pairs.iter().find(|(f, _)| *f == field).map(|(_, unit)| *unit)
            };
            let named = heading.and_then(|heading| heading.unit);
            let point = heading.and_then(|heading| heading.point);
            let by_dialect = dialect.points.iter().find(|(f, _)| *f == field).map(|(_, p)| *p);
            columns.push(Column {
                field,
                place,
                header: header.get(place).cloned().unwrap_or_default(),
                unit: unit
                    .or_else(|| own(&dialect.units).filter(|_| dialect.exact))
                    .or(named)
                    .or_else(|| own(&dialect.units))
                    .unwrap_or(Unit::Seconds),
                point: said
                    .or(by_dialect.filter(|_| dialect.exact))
                    .or(point)
                    .or(by_dialect)
                    .filter(|_| field.is_money())
                    .unwrap_or(0),
            });
        }
        !taken
    };
    for said in &spec.columns {
        let place = match said.place() {
            Some(place) => Some(place).filter(|place| header.is_empty() || *place < header.len()),
            None => said_place(said, header, &headings, currency)?,
        };
        let place = place.ok_or_else(|| Unmet::Absent(said.column.clone()))?;
        if !take(said.field, place, said.unit, said.point) {
            return Err(Unmet::Shared(format!("{}={}", said.field.word(), said.column)));
        }
    }
    for (field, name) in &dialect.columns {
        let place = match name {
            ColumnName::Place(place) => Some(*place),
            ColumnName::Header(name) if dialect.exact => {
                Some(pinned(name).ok_or_else(|| Unmet::Absent(name.clone()))?)
            }
            ColumnName::Header(name) => place_of(name),
        };
        if let Some(place) = place {
            take(*field, place, None, None);
        }
    }
    if dialect.exact {
        columns.sort_by_key(|column| column.field);
        return Ok(columns);
    }
    if !header.is_empty() {
        // Talk and billed time claim their columns before `duration` may be the total.
        for field in [Field::Billed, Field::Talk].into_iter().chain(Field::ALL) {
            let usual = dialect.open.then_some(&generic.aliases);
            for aliases in [Some(&dialect.aliases), usual].into_iter().flatten() {
                let names = aliases.get(&field).map(Vec::as_slice).unwrap_or_default();
                // Of 通话时长(分) and 通话时长(秒) the minutes are the seconds rounded.
                let coarse = |known: &Heading| known.unit == Some(Unit::Minutes);
                let mut places = names.iter().flat_map(|alias| {
                    let named = |(_, known): &(usize, &Heading)| {
                        known.name == *alias && known.may_be(field)
                    };
                    let mut named: Vec<_> = headings.iter().enumerate().filter(named).collect();
                    named.sort_by_key(|(_, known)| coarse(known));
                    named
                });
                if places.any(|(place, _)| take(field, place, None, None)) {
                    break;
                }
            }
        }
    }
    legs_apart(&mut columns, spec);
    // 时间 alone may be a length of time; beside 日期 it is when a call began.
    let has = |field| columns.iter().any(|column| column.field == field);
    if has(Field::Date) && !has(Field::Start) {
        let taken = |place: usize| columns.iter().any(|column| column.place == place);
        let is_time = |name: &str| matches!(name, "时间" | "時間" | "time");
        let mut named = headings.iter().enumerate();
        let time = named.find(|(at, heading)| is_time(&heading.name) && !taken(*at));
        if let Some((place, _)) = time {
            let header = header[place].clone();
            columns.push(Column {
                field: Field::Start,
                place,
                header,
                unit: Unit::Seconds,
                point: 0,
            });
        }
    }
    if dialect.open {
        begun(&mut columns);
        alone(&mut columns, &headings, header);
    }
    // 通话时间 may be when a call began; with a unit of time it is how long it was.
    if dialect.open && columns.iter().all(|column| column.field != Field::Talk) {
        let of_talk = |known: &Heading| {
            known.unit.is_some()
                && matches!(
                    known.name.as_str(),
                    "通话时间" | "通話時間" | "通话用时" | "talk" | "calltime"
                )
        };
        let taken = |place: usize| columns.iter().any(|column| column.place == place);
        let mut named = headings.iter().enumerate();
        if let Some((place, known)) = named.find(|(at, known)| of_talk(known) && !taken(*at)) {
            let unit = known.unit.unwrap_or(Unit::Seconds);
            let header = header[place].clone();
            columns.push(Column { field: Field::Talk, place, header, unit, point: 0 });
        }
    }
    columns.sort_by_key(|column| column.field);
    Ok(columns)
}

/// The place of a column that is said by its header, or by its name without the unit that the header
/// remarks on it. A unit that is said with it must be the header's.
fn said_place(
    said: &SaidColumn,
    header: &[String],
    headings: &[Heading],
    currency: &str,
) -> Result<Option<usize>, Unmet> {
    let whole = fold_header(&said.column);
    if let Some(place) = header.iter().position(|known| fold_header(known) == whole) {
        return Ok(Some(place));
    }
    let wanted = Heading::parse(&said.column, currency);
    let fits = |known: &Heading| {
        known.name == wanted.name
            && wanted.unit.is_none_or(|unit| known.unit == Some(unit))
            && wanted.point.is_none_or(|point| known.point == Some(point))
            && wanted.zone.is_none_or(|zone| known.zone == Some(zone))
    };
    let places: Vec<usize> = (0..headings.len()).filter(|place| fits(&headings[*place])).collect();
    match places.as_slice() {
        [] => Ok(None),
        [place] => Ok(Some(*place)),
        several => {
            let names = several.iter().map(|place| header[*place].clone()).collect();
            Err(Unmet::Several(said.column.clone(), names))
        }
    }
}

/// Without a better column, `Date` may hold the time of day too, and `Call Time` beside a length of
/// the call is when it began. What the cells hold is looked at afterwards.
fn begun(columns: &mut [Column]) {
    if columns.iter().any(|column| column.field == Field::Start) {
        return;
    }
    let talks = columns.iter().any(|column| column.field == Field::Talk);
    let is_call_time = |column: &Column| {
        talks && column.field == Field::Total && fold_header(&column.header) == "calltime"
    };
    let date = columns.iter().position(|column| column.field == Field::Date);
    if let Some(place) = date.or_else(|| columns.iter().position(is_call_time)) {
        columns[place].field = Field::Start;
    }
}

/// 时间 beside a length of the call and no other time is when it began.
fn alone(columns: &mut Vec<Column>, headings: &[Heading], header: &[String]) {
    let has = |field| columns.iter().any(|column| column.field == field);
    if has(Field::Start) || !has(Field::Talk) {
        return;
    }
    let is_time = |known: &Heading| known.name == "时间" || known.name == "時間";
    let mut named = headings.iter().enumerate();
    if let Some((place, _)) = named.find(|(_, known)| is_time(known) && known.may_be(Field::Start))
        && columns.iter().all(|column| column.place != place)
    {
        let header = header.get(place).cloned().unwrap_or_default();
        columns.push(Column { field: Field::Start, place, header, unit: Unit::Seconds, point: 0 });
    }
}

/// A column for the leg to the caller stands beside one for the other leg. Beside one of another
/// name it is part of what that one holds, and must not be added to it.
fn legs_apart(columns: &mut Vec<Column>, spec: &ColumnSpec) {
    const OF_CALLEE: [&str; 2] = ["callee", "被叫"];
    for (own, other) in
        [(Field::CallerLegBilled, Field::Billed), (Field::CallerLegCharge, Field::Charge)]
    {
        let said = spec.says(own);
        let beside = columns.iter().any(|column| {
            let header = fold_header(&column.header);
            column.field == other && OF_CALLEE.iter().any(|name| header.starts_with(name))
        });
        if !said && !beside {
            columns.retain(|column| column.field != own);
        }
    }
}

/// A header that means a charge, in a unit or currency that nobody knows: `费用(万元)`. Its values
/// can't be compared, and leaving it out would make a provider's bill look like one's own records.
pub(super) fn unknown_charge(
    header: &[String],
    columns: &[Column],
    currency: &str,
    dialects: [&Dialect; 2],
) -> Option<(String, String)> {
    if columns.iter().any(|column| column.field == Field::Charge) {
        return None;
    }
    let [own, usual] = dialects;
    let dialects = if own.open { vec![own, usual] } else { vec![own] };
    header.iter().find_map(|head| {
        let folded = fold_header(head);
        let (name, remark) = remark_of(&folded)?;
        let is_one = |other: &ColumnName| match other {
            ColumnName::Header(other) => Heading::parse(other, "").name == name,
            ColumnName::Place(_) => false,
        };
        let means_charge = dialects.iter().any(|dialect| {
            let aliases = dialect.aliases.get(&Field::Charge);
            let mut named = dialect.columns.iter().filter(|(field, _)| *field == Field::Charge);
            aliases.is_some_and(|names| names.iter().any(|n| n == name))
                || named.any(|(_, other)| is_one(other))
        });
        (means_charge && point_of(remark, currency).is_none())
            .then(|| (head.clone(), remark.to_owned()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cdr::built_in;

    fn columns(header: &str) -> Vec<(Field, usize, Unit)> {
        let generic = built_in().remove(0);
        let header: Vec<String> = header.split(',').map(str::to_owned).collect();
        resolve(&header, &generic, &generic, &ColumnSpec::default(), "CNY")
            .unwrap_or_else(|_| panic!("no explicit column"))
            .into_iter()
            .map(|column| (column.field, column.place, column.unit))
            .collect()
    }

    #[test]
    fn charges_in_smaller_units_and_unknown_ones() {
        let generic = built_in().remove(0);
        let read = |head: &str| {
            let header: Vec<String> = vec!["开始时间".into(), "通话时长".into(), head.into()];
            let columns = resolve(&header, &generic, &generic, &ColumnSpec::default(), "CNY");
            let columns = columns.unwrap_or_else(|_| panic!("no column is asked for"));
            let unknown = unknown_charge(&header, &columns, "CNY", [&generic, &generic]);
            let charge = columns.iter().find(|column| column.field == Field::Charge);
            (charge.map(|column| column.point), unknown.map(|(_, unit)| unit))
        };
        for (head, point) in [
            ("费用", 0),
            ("费用(元)", 0),
            ("费用（单位：分）", 2),
            ("费用/分", 2),
            ("话费【人民币厘】", 3),
            ("Charge (fen)", 2),
            ("金额：角", 1),
            ("费用(CNY)", 0),
        ] {
            assert_eq!(read(head), (Some(point), None), "{head}");
        }
        for (head, unit) in [("费用(万元)", "万元"), ("费用(USD)", "usd"), ("话费/美元", "美元")]
        {
            assert_eq!(read(head), (None, Some(unit.to_owned())), "{head}");
        }
        assert_eq!(read("费用类型(编号)"), (None, None));
    }

    #[test]
    fn chinese_and_english_headers() {
        use Field::{Agent, Billed, Callee, Caller, Charge, Start, Talk, Total};
        use Unit::{Millis, Minutes, Seconds};
        assert_eq!(
            columns("坐席工号,主叫号码,被叫号码,开始时间,通话时长（秒）,计费时长(秒),费用（元）"),
            [
                (Caller, 1, Seconds),
                (Callee, 2, Seconds),
                (Start, 3, Seconds),
                (Talk, 4, Seconds),
                (Billed, 5, Seconds),
                (Charge, 6, Seconds),
                (Agent, 0, Seconds),
            ]
        );
        assert_eq!(
            columns("src,dst,start,duration,billsec"),
            [
                (Caller, 0, Seconds),
                (Callee, 1, Seconds),
                (Start, 2, Seconds),
                (Total, 3, Seconds),
                (Talk, 4, Seconds),
            ]
        );
        assert_eq!(columns("Start Time,Duration"), [(Start, 0, Seconds), (Talk, 1, Seconds)]);
        assert_eq!(
            columns("日期,时间,通话时长"),
            [(Start, 1, Seconds), (Talk, 2, Seconds), (Field::Date, 0, Seconds)]
        );
        assert_eq!(columns("时间,通话时长"), [(Talk, 1, Seconds)]);
        assert_eq!(
            columns("呼叫开始时间,通话时长(毫秒),计费分钟"),
            [(Start, 0, Seconds), (Talk, 1, Millis), (Billed, 2, Minutes)]
        );
    }

    #[test]
    fn a_charge_says_its_unit() {
        let generic = built_in().remove(0);
        for (header, point) in
            [("费用", 0), ("费用(元)", 0), ("费用(角)", 1), ("费用（分）", 2), ("费用(厘)", 3)]
        {
            let header = ["开始时间", "通话时长", header].map(str::to_owned);
            let columns = resolve(&header, &generic, &generic, &ColumnSpec::default(), "CNY")
                .unwrap_or_else(|_| panic!("{header:?}"));
            let charge = columns.iter().find(|column| column.field == Field::Charge);
            assert_eq!(charge.map(|column| column.point), Some(point), "{header:?}");
        }
    }

    #[test]
    fn a_unit_price_is_no_charge() {
        let charge = |header: &str| {
            columns(header)
                .into_iter()
                .find(|(field, ..)| *field == Field::Charge)
                .map(|(_, at, _)| at)
        };
        assert_eq!(charge("start,duration,price,amount"), Some(3));
        assert_eq!(charge("开始时间,通话时长,单价(元),金额(元)"), Some(3));
        assert_eq!(charge("start,duration,price"), None);
        assert_eq!(charge("开始时间,通话时长,单价"), None);
    }
}
