use std::time::Instant;
use telbill::*;
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let threads: usize = args[3].parse().unwrap();
    let mut sources = source::SourceMap::default();
    let text = std::fs::read_to_string(&args[1]).unwrap();
    let f = sources.add(&args[1], text);
    let (plan, found) = tariff::parse(&sources, f, &|p| std::fs::read_to_string(p));
    for d in found.sorted() {
        println!("{} {:?} {:?}", d.code, d.values, d.primary.map(|s| sources.place(s)));
    }
    let plan = plan.unwrap();
    let compiled = rate::Compiled::new(&plan).unwrap();
    println!("rules {}", compiled.rules.len());
    let t = Instant::now();
    let inputs = input::expand(&[args[2].clone()]).unwrap();
    let spec = cdr::ColumnSpec::default();
    let dialects = cdr::built_in();
    let opening = pipeline::Opening {
        wishes: cdr::Wishes {
            dialect: None,
            columns: &spec,
            zone: None,
            source: None,
            contract_zone: plan.head.zone,
        },
        dialects: &dialects,
        keep_stdin: true,
        progress: Default::default(),
    };
    let mut files = pipeline::open_files(&inputs, &opening).map_err(|d| format!("{d:?}")).unwrap();
    let layouts: Vec<_> = files.iter().map(|f| (f.layout.clone(), f.encoding)).collect();
    println!("{:?}", layouts[0].0.columns.iter().map(|c| (c.field, c.place)).collect::<Vec<_>>());
    let rules = pipeline::Rules {
        compiled: &compiled,
        settings: &plan.checks,
        subsecond: tariff::Subsecond::Up,
        zone: plan.head.zone,
        files: &layouts,
        outside_service: None,
    };
    let keys = args.get(4).is_none_or(|a| a == "y");
    let options = pipeline::Options {
        keys,
        suspects: None,
        in_order: false,
        memory_keys: 1 << 26,
        keep_rejects: false,
    };
    let bs: usize = args.get(5).map(|s| s.parse().unwrap()).unwrap_or(1 << 20);
    let workers = (0..threads).map(|_| pipeline::Collector::new(rules, options.clone())).collect();
    println!("open {:?}", t.elapsed());
    let mut n = 0;
    let (workers, _map) = pipeline::run(&mut files, bs, workers, |_, _, out| {
        n += out.records();
    })
    .map_err(|d| format!("{d:?}"))
    .unwrap();
    println!("read {n} {:?}", t.elapsed());
    let mut all = pipeline::Collected::default();
    let mut first = true;
    for w in workers {
        let c = w.finish().unwrap();
        if first {
            all = c;
            first = false;
        } else {
            all.merge(c);
        }
    }
    println!("merge {:?}", t.elapsed());
    let s = pipeline::Suspects::find(
        std::mem::take(&mut all.pairs),
        std::mem::take(&mut all.ids),
        threads,
    )
    .unwrap();
    println!("suspects empty {} {:?}", s.is_empty(), t.elapsed());
    for (c, tally) in &all.cycles {
        let mut sum = money::FixedSum::ZERO;
        for (id, _) in compiled.rules_with_ids() {
            sum = sum + tally.expected(&compiled, id);
        }
        println!(
            "cycle {c} calls {} answered {} expected {} itemised {}",
            tally.calls,
            tally.answered,
            sum.amount(),
            tally.rules.iter().map(|r| r.itemised).sum::<money::FixedSum>().amount()
        );
        let (g, _) = tally.groups.clone().into_sorted();
        println!("groups {}", g.len());
    }
    println!("{:?} sha {:?}", all.files[0].rejected, files[0].digest.get());
    println!("done {:?}", t.elapsed());
}
