//! The built-in dialects: one line for each file of `dialects/`.

use super::{Dialect, parse_dialect};
use crate::source::SourceMap;

macro_rules! embedded {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!("../dialects/", $name, ".toml")))),*]
    };
}

/// The built-in dialects, `generic` first.
///
/// # Panics
/// If an embedded file is wrong, which a test excludes.
#[must_use]
pub fn built_in() -> Vec<Dialect> {
    let files = embedded!(
        "generic",
        "3cx-cdr",
        "aircall",
        "aliyun-ccc",
        "aliyun-robot",
        "amazon-connect",
        "asiainfo-bss",
        "asterisk-cdr-csv",
        "asterisk-cdr-custom",
        "asterisk-cdr-table",
        "asterisk-cel",
        "asterisk-queue-log",
        "avaya-ip-office-smdr",
        "baidu-aicc",
        "bandwidth",
        "broadworks",
        "cc-cdr",
        "cdr-stats",
        "china-mobile",
        "china-telecom",
        "china-unicom",
        "china-unicom-bill",
        "clink",
        "cucm-cdr",
        "cucm-cmr",
        "didww",
        "five9",
        "freeswitch-asterisk",
        "freeswitch-example",
        "freeswitch-linksys",
        "freeswitch-opencdrrate",
        "freeswitch-snom",
        "freeswitch-sql",
        "fritzbox",
        "fusionpbx-xml-cdr",
        "genesys-cloud",
        "german-itemised-bill",
        "group-account",
        "huawei-cec",
        "huawei-voice-call",
        "ims-rated",
        "issabel-cdr",
        "ivozprovider",
        "kazoo",
        "plivo",
        "sinch",
        "sobot",
        "tccc",
        "teams-direct-routing",
        "teams-pstn",
        "telnyx",
        "thinktel",
        "thinq",
        "twilio",
        "vapi",
        "vicidial",
        "vicidial-call-log",
        "vicidial-comma",
        "vicidial-no-header",
        "vitelity",
        "vocus",
        "voip-innovations",
        "voipms",
        "volcengine",
        "volcengine-double-call",
        "vonage",
        "vos-rs",
        "vos-rs-ledger",
        "vos3000-api",
        "vos3000-export",
        "vos3000-pipe",
        "vos3000-stream",
        "xswitch",
        "yeti-cdr",
        "zoom-phone",
    );
    files
        .into_iter()
        .map(|(name, text)| {
            let mut sources = SourceMap::default();
            let file = sources.add(name, text);
            let (dialect, found) = parse_dialect(&sources, file);
            dialect.unwrap_or_else(|| panic!("built-in dialect `{name}`: {:?}", found.sorted()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_folder_is_listed_and_named_after_itself() {
        let listed: Vec<String> = built_in().into_iter().map(|dialect| dialect.name).collect();
        assert_eq!(listed[0], "generic");
        assert!(listed[1..].is_sorted(), "one line each, in alphabetical order");
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/cdr/dialects");
        let files = std::fs::read_dir(folder).expect("the folder is there");
        let mut there: Vec<String> = files
            .map(|file| file.expect("a file").path())
            .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
            .collect();
        there.sort();
        let mut named = listed;
        named.sort();
        assert_eq!(named, there);
    }
}
