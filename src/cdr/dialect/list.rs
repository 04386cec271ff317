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
        "3cx-call-report",
        "3cx-cdr",
        "a2billing",
        "aircall",
        "aircall-api",
        "aliyun-ccc",
        "aliyun-robot",
        "aliyun-voice-report",
        "amazon-connect",
        "asiainfo-bss",
        "asterisk-cdr-csv",
        "asterisk-cdr-custom",
        "asterisk-cdr-table",
        "asterisk-cel",
        "asterisk-queue-log",
        "astpp-cdr",
        "avaya-ip-office-smdr",
        "axb-callback",
        "baidu-aicc",
        "baidu-robot",
        "bandwidth",
        "broadworks",
        "cc-cdr",
        "cdr-stats",
        "cgrates",
        "china-mobile",
        "china-telecom",
        "china-unicom",
        "china-unicom-bill",
        "clink",
        "cloudtalk",
        "cucm-cdr",
        "cucm-cmr",
        "dialpad",
        "didww",
        "enswitch",
        "five9",
        "freeswitch-asterisk",
        "freeswitch-example",
        "freeswitch-linksys",
        "freeswitch-opencdrrate",
        "freeswitch-snom",
        "freeswitch-sql",
        "fusionpbx-xml-cdr",
        "genesys-cloud",
        "german-itemised-bill",
        "goto-connect",
        "group-account",
        "huawei-cec",
        "huawei-cloud-agent",
        "huawei-voice-call",
        "hubspot-calls",
        "ims-rated",
        "issabel-cdr",
        "ivozprovider",
        "justcall",
        "kazoo",
        "magnusbilling",
        "mango-office",
        "netsapiens",
        "openphone",
        "orcon",
        "plivo",
        "portaone",
        "ringcentral",
        "sinch",
        "sippy",
        "sobot",
        "starface",
        "tccc",
        "teams-direct-routing",
        "teams-pstn",
        "telnyx",
        "telnyx-report",
        "tencent-callback",
        "thinktel",
        "thinq",
        "twilio",
        "uk-fcs",
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
        "xivo-call-log",
        "xswitch",
        "yeastar",
        "yeti-cdr",
        "zadarma",
        "zhichi-robot",
        "zintel",
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
