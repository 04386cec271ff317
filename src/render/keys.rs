//! The JSON Schema of a TOML file, from the list of keys that its reader uses, so that editors
//! complete and check what the reader will accept. Editors show TOML dates as text.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use crate::source::{Key, Kind, Need, Section};

/// Writes the schema (draft 2020-12) of the file whose outermost table is `section`.
///
/// # Errors
/// If `out` can't be written to.
pub fn write_keys_schema(out: &mut dyn Write, section: &Section) -> io::Result<()> {
    let Value::Object(mut schema) = table(section) else { return Ok(()) };
    schema.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
    schema.insert("title".to_owned(), json!(section.about[0]));
    serde_json::to_writer_pretty(&mut *out, &schema)?;
    writeln!(out)
}

fn table(section: &Section) -> Value {
    let properties: Map<String, Value> =
        section.keys.iter().map(|key| (key.name.to_owned(), property(key))).collect();
    let required: Vec<&str> = section
        .keys
        .iter()
        .filter(|key| matches!(key.need, Need::Required))
        .map(|key| key.name)
        .collect();
    json!({
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

/// A key: its value, and what an editor shows of it.
fn property(key: &Key) -> Value {
    let [english, chinese] = key.about;
    let mut about = format!("{english}\n{chinese}");
    if let Need::Fork(fork) = key.need {
        let others = fork.others.join(", ");
        about.push_str(&format!("\nopen: taken as {} if left out; else {others}", fork.assumed));
    }
    let mut value = value(key.kind);
    if let Value::Object(members) = &mut value {
        members.insert("description".to_owned(), json!(about));
    }
    value
}

fn value(kind: Kind) -> Value {
    match kind {
        Kind::Text => json!({ "type": "string", "pattern": r"\S" }),
        Kind::Texts => one_or_more(&value(Kind::Text)),
        Kind::Price | Kind::Quantity => number(r"^\s*\d[\d_]*(\.\d+)?\s*$", Some(0)),
        Kind::Money => number(r"^\s*-?\d[\d_]*(\.\d+)?\s*$", None),
        Kind::Percent => text(r"^\s*\d+(\.\d+)?\s*[%％‰]\s*$"),
        Kind::Part => json!({ "anyOf": [
            { "type": "number", "minimum": 0, "maximum": 1 },
            value(Kind::Percent),
        ] }),
        Kind::Seconds => text(r"^\s*\d+\s*(s|sec|秒|m|min|分|分钟|h|小时)\s*$"),
        Kind::SecondsPair => json!({
            "type": "array", "items": value(Kind::Seconds), "minItems": 2, "maxItems": 2,
        }),
        Kind::Count(least, most) => json!({ "type": "integer", "minimum": least, "maximum": most }),
        Kind::Counts => json!({ "type": "array", "items": { "type": "integer", "minimum": 1 } }),
        Kind::Flag => json!({ "type": "boolean" }),
        Kind::Date => text(r"^\d{4}\D?\d{1,2}\D?\d{1,2}\D?$"),
        Kind::Dates => json!({ "type": "array", "items": value(Kind::Date) }),
        Kind::Choice(words) => json!({ "type": "string", "enum": words }),
        Kind::Hours => one_or_more(&text(r"^\s*\d\d:\d\d(:\d\d)?\s*[-–~]\s*\d\d:\d\d(:\d\d)?\s*$")),
        Kind::Table(section) => table(section),
        Kind::TableOr(section, word) => {
            json!({ "anyOf": [table(section), { "const": word }] })
        }
        Kind::Tables(section) => json!({ "type": "array", "items": table(section) }),
        Kind::Words(words) => json!({
            "type": "object", "additionalProperties": { "type": "string", "enum": words },
        }),
        Kind::Columns => json!({
            "type": "object", "additionalProperties": { "type": ["string", "integer"] },
        }),
    }
}

fn text(pattern: &str) -> Value {
    json!({ "type": "string", "pattern": pattern })
}

/// An exact number, written as number or as text.
fn number(pattern: &str, least: Option<u32>) -> Value {
    let mut plain = json!({ "type": "number" });
    if let (Some(least), Value::Object(members)) = (least, &mut plain) {
        members.insert("minimum".to_owned(), json!(least));
    }
    json!({ "anyOf": [plain, text(pattern)] })
}

fn one_or_more(item: &Value) -> Value {
    json!({ "anyOf": [item, { "type": "array", "items": item }] })
}
