//! A large team's catalogue, as the page itself would have written it.

use modelbook::catalogue::changes::{Registration, register};
use modelbook::catalogue::{Catalogue, FileFact};
use modelbook::digest::Digest;
use modelbook::journal::{Journal, Pen, Timestamp, WriterId};

/// How many versions each model has.
const VERSIONS_PER_MODEL: usize = 100;

/// A journal of so many versions by four people, and its fold.
pub fn of_versions(versions: usize) -> (Journal, Catalogue) {
    let (mut journal, mut catalogue) = (Journal::default(), Catalogue::default());
    for number in 0..versions {
        let what = Registration {
            model_name: format!("model {:05}", number / VERSIONS_PER_MODEL),
            files: vec![FileFact {
                path: format!("run-{number:06}/model.safetensors"),
                size_bytes: 4_000_000_000 + number as u64,
                sha256: Digest::of(number.to_string().as_bytes()),
            }],
            label: format!("v{}", number % VERSIONS_PER_MODEL + 1),
            note: String::new(),
        };
        let person = number % 4;
        let now = Timestamp::from_milliseconds(1_795_000_000_000 + number as i64 * 1_000);
        let registered = register(&catalogue, &what, &number.to_string()).unwrap();
        let writer = WriterId::from_bytes([person as u8 + 1; 8]);
        let mut pen = Pen::new(&journal, writer, format!("person {person}"), now);
        for change in registered.changes {
            let entry = std::sync::Arc::new(pen.write(change, None));
            catalogue.apply(&entry);
            journal.insert(entry);
        }
    }
    (journal, catalogue)
}
