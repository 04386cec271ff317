//! libFuzzer asks for one target, named by `TELBILL_FUZZ_TARGET`.

#![no_main]

#[path = "../targets.rs"]
mod targets;

use std::sync::OnceLock;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    static TARGET: OnceLock<fn(&[u8])> = OnceLock::new();
    let target = TARGET.get_or_init(|| {
        let wanted = std::env::var("TELBILL_FUZZ_TARGET").unwrap_or_default();
        let known = targets::TARGETS.iter().find(|(name, _)| *name == wanted);
        known.unwrap_or_else(|| panic!("no target {wanted:?}")).1
    });
    target(data);
});
