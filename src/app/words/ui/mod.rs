//! What stands on the page itself: headings, labels, buttons, hints, each with the part of the page that says it.
//!
//! Fixed words are constants, sentences with a part in them functions. Where a link, a name or a code stands
//! within a sentence, its pieces are one constant, in their order. A piece keeps the spaces that it has at its ends.

pub mod aliases;
pub mod common;
pub mod compare;
pub mod evolution;
pub mod exchange;
pub mod find;
pub mod frame;
pub mod inspection;
pub mod intake;
pub mod journal;
pub mod palette;
pub mod records;
#[expect(
    dead_code,
    reason = "said by scripts that run without the program; xtask puts it there"
)]
pub mod stopped;
