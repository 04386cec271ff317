use std::time::Instant;
use telbill::*;
fn best(mut f: impl FnMut()) -> f64 {
    let mut m = f64::MAX;
    for _ in 0..25 {
        let t = Instant::now();
        f();
        m = m.min(t.elapsed().as_nanos() as f64 / 200000.0);
    }
    m
}
fn main() {
    let mut sources = source::SourceMap::default();
    let f = sources.add("t", std::fs::read_to_string("/tmp/bench/tariff.toml").unwrap());
    let (plan, _) = tariff::parse(&sources, f, &|p| std::fs::read_to_string(p));
    let plan = plan.unwrap();
    let compiled = rate::Compiled::new(&plan).unwrap();
    let spec = cdr::ColumnSpec::default();
    let dialects = cdr::built_in();
    let text = std::fs::read("/tmp/bench/calls200k.csv").unwrap();
    let head = String::from_utf8_lossy(&text[..60000]).into_owned();
    let layout = cdr::detect(
        "x",
        &head,
        cdr::Wishes {
            dialect: None,
            columns: &spec,
            zone: None,
            source: None,
            contract_zone: plan.head.zone,
        },
        &dialects,
    )
    .map_err(|d| format!("{d:?}"))
    .unwrap()
    .layout;
    let body = &text[memchr::memchr(b'\n', &text).unwrap() + 1..];
    let mut blocks = input::Blocks::new(body, 0, 1 << 18, vec![]);
    let mut all = vec![];
    let mut i = 0;
    while let Some(b) = blocks.next_block(i, vec![]).unwrap() {
        all.push(b);
        i += 1;
    }
    let mut lines = input::Lines::new(b',', Some(b'"'), layout.fields);
    let mut c = 0usize;
    println!(
        "each {:.1}",
        best(|| for b in &all {
            lines.each(b.text(), |l, _| {
                c += l.len();
            });
        })
    );
    let mut r = cdr::LineReader::new(
        &layout,
        input::Encoding::Ascii,
        plan.head.zone,
        tariff::Subsecond::Up,
    );
    println!(
        "+idle {:.1}",
        best(|| for b in &all {
            lines.each(b.text(), |l, _| {
                if let Some(i) = r.idle(&l) {
                    c += i.day.0 as usize;
                }
            });
        })
    );
    println!(
        "+read {:.1}",
        best(|| for b in &all {
            lines.each(b.text(), |l, _| {
                if let Some(i) = r.idle(&l) {
                    c += i.day.0 as usize;
                } else if let Ok(k) = r.read(&l, cdr::Row::default()) {
                    c += k.talk as usize
                        + k.charge.unwrap().quanta() as usize
                        + k.caller.len()
                        + k.clock.unwrap() as usize;
                }
            });
        })
    );
    let mut m = rate::Meter::new(&compiled);
    println!(
        "+rate {:.1}",
        best(|| for b in &all {
            lines.each(b.text(), |l, _| {
                if let Some(i) = r.idle(&l) {
                    c += i.day.0 as usize;
                } else if let Ok(k) = r.read(&l, cdr::Row::default()) {
                    c += m.rate(&k).charge.quanta() as usize;
                }
            });
        })
    );
    let mut ag = rate::Agents::default();
    println!(
        "+agents {:.1}",
        best(|| for b in &all {
            lines.each(b.text(), |l, _| {
                if let Some(i) = r.idle(&l) {
                    c += i.day.0 as usize + ag.number(i.agent).0 as usize;
                } else if let Ok(k) = r.read(&l, cdr::Row::default()) {
                    c += m.rate(&k).charge.quanta() as usize + ag.number(k.agent).0 as usize;
                }
            });
        })
    );
    let files = vec![(layout.clone(), input::Encoding::Ascii)];
    let rules = pipeline::Rules {
        compiled: &compiled,
        settings: &plan.checks,
        subsecond: tariff::Subsecond::Up,
        zone: plan.head.zone,
        files: &files,
        outside_service: None,
    };
    for keys in [false, true] {
        let mut col = pipeline::Collector::new(
            rules,
            pipeline::Options {
                keys,
                suspects: None,
                in_order: false,
                memory_keys: 1 << 26,
                keep_rejects: false,
            },
        );
        println!(
            "collector keys={keys} {:.1}",
            best(|| for b in &all {
                use pipeline::Work;
                col.block(b);
            })
        );
    }
    println!(
        "sha {:.1} {c}",
        best(|| {
            let h = <sha2::Sha256 as sha2::Digest>::digest(&text);
            c += h[0] as usize;
        })
    );
}
