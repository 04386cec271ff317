#!/usr/bin/env python3
"""Derive areas.tsv and segments.bin from libphonenumber's geocoding data.

    python3 derive.py            write both files next to this script
    python3 derive.py --check    regenerate in memory, exit 1 if the files differ

Needs only `pip install phonenumbers` (made with 9.0.43; another version may
give other data). Licence and origin: see NOTICE.

areas.tsv, UTF-8, one area code per line, sorted by code:

    <code with leading 0> TAB <Chinese name> TAB <English name>

    Places sharing a code are joined: 四川省成都市、资阳市、眉山市 and
    Chengdu/Ziyang/Meishan, Sichuan.

segments.bin, the area of each mobile segment (first 7 digits of the number):

    magic    7 bytes "TBSEG1\\n"
    runs     until the end of the file, each two unsigned LEB128 integers:
               length   number of consecutive segments, at least 1
               value    0 = unknown, n = n-th line (from 1) of areas.tsv
    The first run starts at segment 1300000 and the lengths add up to exactly
    700000, so the last run ends at 1999999. Adjacent runs differ in value.
"""

import re
import sys
from pathlib import Path

import phonenumbers
from phonenumbers.geodata import GEOCODE_DATA

HERE = Path(__file__).resolve().parent
MADE_WITH = "9.0.43"
MAGIC = b"TBSEG1\n"
FIRST, LAST = 1300000, 1999999

# A mobile key shorter than this says too little. The one key this rules out is
# 173 -> Beijing: libphonenumber shortens keys as far as the segments it knows
# agree, but 173 is a nationwide China Telecom range.
MIN_MOBILE_KEY = 4

# ---- Tables made by hand from general knowledge of China's numbering plan ----

# Landline keys that are shortened so far that the code itself is cut off.
# These rows of areas.tsv have their CODE from here (their name from the data):
#   0335, 0349, 0580, 0701
SHORTENED = {"33": "335", "34": "349", "58": "580", "70": "701"}

# Rows whose NAME in the data does not tell codes apart; name from here:
CORRECTED = {
    "354": "山西省晋中市",  # data: 晋中市、吕梁市 for both 0354 and 0358
    "358": "山西省吕梁市",
    "979": "青海省格尔木市",  # data: 海西蒙古族藏族自治州 for both 0977 and 0979
    "992": "新疆奎屯市",  # data: 伊犁哈萨克自治州 for both 0992 and 0999
}

# Mobile cities the landline names leave out, and the code they share. They are
# appended to the name of that row of areas.tsv:
#   0371, 0558, 0719, 0772, 0774, 0775, 0935, 0937
SHARING = {
    "河南省开封市": "371",  # 0378 until 2013
    "安徽省亳州市": "558",
    "湖北省神农架林区": "719",
    "广西来宾市": "772",
    "广西贺州市": "774",
    "广西贵港市": "775",
    "甘肃省金昌市": "935",
    "甘肃省嘉峪关市": "937",
}

# Same place under another name, or a place since merged into another.
ALIASES = {
    "天津": "天津市",
    "湖南省株州市": "湖南省株洲市",  # misspelt in the landline data
    "湖北省襄樊市": "湖北省襄阳市",  # renamed in 2010
    "安徽省巢湖市": "安徽省合肥市",  # split up in 2011; the city went to Hefei (was 0565)
    "山东省莱芜市": "山东省济南市",  # merged in 2019 (was 0634)
    "云南省芒市": "云南省德宏傣族景颇族自治州",  # landline data names the seat
    "云南省香格里拉市": "云南省迪庆藏族自治州",  # landline data names the seat
}

# Parts of a prefecture named beside it in the landline data: left out.
PARTS = {
    "吉林省珲春市", "吉林省延吉市", "吉林省梅河口市", "西藏仲巴县", "西藏嘉黎县",
    "西藏聂荣县", "西藏申扎县", "西藏双湖", "西藏班戈县", "西藏尼玛县", "西藏普兰",
    "西藏札达",
}

# English names come from the mobile data, except for places it does not have
# or where the landline data has the better spelling (the last three).
ENGLISH = {
    "海南省三亚市": "Sanya, Hainan",
    "湖北省天门市": "Tianmen, Hubei",
    "湖北省襄阳市": "Xiangyang, Hubei",
    "青海省格尔木市": "Golmud, Qinghai",
    "新疆奎屯市": "Kuitun, Xinjiang",
    "内蒙古呼伦贝尔市": "Hulunbuir, Inner Mongolia",
    "内蒙古锡林郭勒盟": "Xilingol, Inner Mongolia",
    "新疆乌鲁木齐市": "Urumqi, Xinjiang",
}

# ------------------------------------------------------------------------------

PROVINCE = re.compile(r"内蒙古|广西|西藏|宁夏|新疆|黑龙江省|..省")
REGION_SUFFIX = re.compile(r"^(内蒙古|广西|西藏|宁夏|新疆)(维吾尔|壮族|回族)?自治区")


def load():
    """The Chinese keys without 86: ({landline: names}, {mobile: names})."""
    landline, mobile = {}, {}
    for key, names in GEOCODE_DATA.items():
        if key.startswith("86"):
            key = key[2:]
            is_mobile = key[0] == "1" and not key.startswith("10")
            (mobile if is_mobile else landline)[key] = names
    return landline, mobile


def area_code(key):
    """National area code (no leading 0) of a landline key."""
    if key in SHORTENED:
        return SHORTENED[key]
    digits = 2 if key[0] in "12" else 3
    if len(key) < digits:
        raise SystemExit(f"landline key {key} is shortened: add it to SHORTENED")
    return key[:digits]


def split(name):
    """'四川省成都市、资阳市' -> ['四川省成都市', '四川省资阳市']."""
    name = REGION_SUFFIX.sub(r"\1", name)
    province = PROVINCE.match(name)
    if not province:  # 北京市 and the other municipalities
        return [name]
    province = province.group()
    return [province + city for city in name[len(province):].split("、")]


def canonical(place, cities):
    """Full name of a place: 云南红河 -> 云南省红河哈尼族彝族自治州."""
    place = ALIASES.get(place, place)
    if place in cities:
        return place
    squeezed = place.replace("省", "")
    full = [c for c in cities if c.replace("省", "").startswith(squeezed)]
    return full[0] if len(full) == 1 else place


def read_areas(landline, cities):
    """{code: [full place names]}, in order of code."""
    plain = {}  # code -> its shortest key; the longer ones only say less
    for key in sorted(landline, key=lambda k: (len(k), k)):
        plain.setdefault(area_code(key), key)
    areas = {}
    for code in sorted(plain):
        places = split(CORRECTED.get(code) or landline[plain[code]]["zh"])
        places = [canonical(p, cities) for p in places if p not in PARTS]
        places += [p for p, shared in SHARING.items() if shared == code]
        areas[code] = list(dict.fromkeys(places))
    return areas


def english_names(mobile):
    """{place: English name}; the data's XiAn becomes Xi'an."""
    names = {split(n["zh"])[0]: n["en"] for _, n in sorted(mobile.items())}
    names = {
        place: re.sub("([a-z])([A-Z])", lambda m: f"{m[1]}'{m[2].lower()}", name)
        for place, name in names.items()
    }
    return {**names, **ENGLISH}


def join_zh(places):
    """The province once: the opposite of split()."""
    province = PROVINCE.match(places[0])
    cut = province.end() if province else 0
    return places[0] + "".join("、" + p[cut:] for p in places[1:])


def join_en(places, english):
    cities, _, province = zip(*(english[p].partition(", ") for p in places))
    return "/".join(cities) + (", " + province[0] if province[0] else "")


def areas_tsv(areas, english):
    return "".join(
        f"0{code}\t{join_zh(places)}\t{join_en(places, english)}\n"
        for code, places in areas.items()
    ).encode()


def segment_values(mobile, line_of):
    """The line number in areas.tsv for every segment; the longest key wins."""
    values = [0] * (LAST - FIRST + 1)
    for key in sorted(mobile, key=lambda k: (len(k), k)):
        if MIN_MOBILE_KEY <= len(key) <= 7:
            width = 10 ** (7 - len(key))
            start = int(key) * width - FIRST
            values[start:start + width] = [line_of.get(mobile[key]["zh"], 0)] * width
    assert len(values) == LAST - FIRST + 1
    return values


def leb128(number):
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return out


def segments_bin(values):
    out, start = bytearray(MAGIC), 0
    runs = 0
    for i in range(1, len(values) + 1):
        if i == len(values) or values[i] != values[start]:
            out += leb128(i - start) + leb128(values[start])
            start, runs = i, runs + 1
    return bytes(out), runs


def plan_differences(areas):
    """Codes in the package's numbering plan (a source apart from the
    geocoding data) without a row here, and rows not in that plan."""
    pattern = phonenumbers.PhoneMetadata.metadata_for_region("CN").fixed_line
    pattern = re.compile(pattern.national_number_pattern)
    plan = {
        str(code)
        for code in [10, *range(20, 30), *range(300, 1000)]
        if any(pattern.fullmatch(f"{code}{n}") for n in ("2345678", "22345678"))
    }
    return sorted(plan - set(areas)), sorted(set(areas) - plan)


def main():
    check = sys.argv[1:] == ["--check"]
    if sys.argv[1:] and not check:
        raise SystemExit("usage: derive.py [--check]")

    landline, mobile = load()
    mobile_names = sorted({names["zh"] for names in mobile.values()})
    cities = {split(name)[0] for name in mobile_names}
    cities = {ALIASES.get(city, city) for city in cities}
    areas = read_areas(landline, cities)

    line_of_place = {}
    for line, places in enumerate(areas.values(), 1):
        for place in places:
            if line_of_place.setdefault(place, line) != line:
                raise SystemExit(f"{place} has two area codes: add it to CORRECTED")
    line_of, unmapped = {}, []
    for name in mobile_names:
        line = line_of_place.get(canonical(split(name)[0], cities))
        if line:
            line_of[name] = line
        else:
            unmapped.append(name)

    values = segment_values(mobile, line_of)
    segments, runs = segments_bin(values)
    files = {"areas.tsv": areas_tsv(areas, english_names(mobile)), "segments.bin": segments}

    known = sum(1 for value in values if value)
    too_short = [k for k in mobile if len(k) < MIN_MOBILE_KEY]
    unnamed, unplanned = plan_differences(areas)
    print(f"phonenumbers {phonenumbers.__version__} (made with {MADE_WITH})")
    print(f"areas:    {len(areas)} codes from {len(landline)} landline keys")
    print(f"          in the numbering plan but without a name: {unnamed}")
    print(f"          named but not in the numbering plan:      {unplanned}")
    print(f"segments: {known} of {len(values)} known, {runs} runs, from {len(mobile)} keys")
    print(f"          keys passed over as too short: {too_short}")
    print(f"          names without an area code: {unmapped}")
    failed = bool(unmapped)
    for name, data in files.items():
        path = HERE / name
        if check:
            same = path.is_file() and path.read_bytes() == data
            print(f"{name}: {'up to date' if same else 'DIFFERS'}")
            failed |= not same
        else:
            path.write_bytes(data)
            print(f"{name}: {len(data)} bytes")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
