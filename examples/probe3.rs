use telbill::*;
fn main() {
    let text = std::fs::read("/tmp/bench/calls200k.csv").unwrap();
    let mut lines = input::Lines::new(b',', Some(b'"'), 10);
    let mut c = 0usize;
    let t = std::time::Instant::now();
    for _ in 0..50 {
        for b in text.chunks(1 << 18) {
            lines.each(b, |l, _| {
                c += l.len();
            });
        }
    }
    println!("{c} {:.1} ns/row", t.elapsed().as_nanos() as f64 / 200000.0 / 50.0);
}
