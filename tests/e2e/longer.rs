//! Room for other languages: with words that are longer by two fifths nothing is cut off, lies over something else, or
//! makes the page scroll sideways.

use crate::states::{SCHEMES, STATES, look_as};
use crate::support::Desk;

/// As German has them beside English.
const LONGER: &str = include_str!("longer.js");

#[test]
fn words_that_are_longer_have_room_in_every_state() {
    let mut page = Desk::new().open(None);
    let mut troubles = Vec::new();
    let mut words = 0;
    for (name, get_there) in STATES {
        look_as(&mut page, 1280, SCHEMES[0]);
        get_there(&mut page);
        page.evaluate(&format!("window.longer ?? {LONGER}, 0"));
        for width in [320, 1280] {
            look_as(&mut page, width, SCHEMES[0]);
            words += page.evaluate("longer.lengthen()").as_u64().unwrap();
            look_as(&mut page, width, SCHEMES[0]);
            let found = page.evaluate("longer.troubles()");
            let found = found.as_array().unwrap().iter().filter_map(|text| text.as_str());
            troubles.extend(found.map(|text| format!("{name}, {width}: {text}")));
            page.evaluate("longer.restore()");
        }
    }
    println!("longer words: {} states, {words} texts", STATES.len());
    assert!(words > 1000, "there are words: {words}");
    assert!(troubles.is_empty(), "{}", troubles.join("\n"));
}
