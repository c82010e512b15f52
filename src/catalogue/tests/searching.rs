//! What a query finds.

use super::*;

#[test]
fn search_finds_names_labels_paths_notes_and_digests() {
    let mut ada = Person::new(1);
    ada.register(
        "Fraud Net",
        "Trained on *Überweisungen*",
        &[("weights.bin", "one"), ("config.json", "two")],
    );
    ada.register("other", "", &[("facade.bin", "three")]);
    let hex = Digest::of(b"two").to_string();
    let kinds = |query: &str| -> Vec<String> {
        let hits = search(&ada.catalogue, query);
        let kind = |hit: &Hit<'_>| match hit {
            Hit::Model(model) => format!("model {}", model.id),
            Hit::Version(version, Found::Digest) => format!("digest {}", version.facts.model),
            Hit::Version(_, Found::Label) => "label".to_owned(),
            Hit::Version(_, Found::Path(path)) => format!("path {path}"),
            Hit::Version(_, Found::Field(field)) => format!("field {field}"),
            Hit::Note(_) => "note".to_owned(),
        };
        hits.iter().map(kind).collect()
    };
    for (query, expected) in [
        ("fraud", vec!["model fraud-net"]),
        (" FRAUD ", vec!["model fraud-net"]),
        ("überweisung", vec!["note"]),
        ("V1", vec!["label", "label"]),
        ("config", vec!["path config.json"]),
        (&hex, vec!["digest fraud-net"]),
        (&hex.to_uppercase(), vec!["digest fraud-net"]),
        (&hex[..6], vec!["digest fraud-net"]),
        (&hex[..5], vec![]),
        (&format!("sha256:{}", &hex[..8]), vec!["digest fraud-net"]),
        (&format!("{hex}0"), vec![]),
        ("facade", vec!["path facade.bin"]),
        ("", vec![]),
        ("  ", vec![]),
        ("nothing of the kind", vec![]),
    ] {
        assert_eq!(kinds(query), expected, "{query:?}");
    }
}

#[test]
fn search_stops_at_its_limit() {
    let mut ada = Person::new(1);
    for number in 0..search::HIT_LIMIT + 5 {
        ada.register(&format!("net {number}"), "", &[("a", &number.to_string())]);
    }
    assert_eq!(search(&ada.catalogue, "net").len(), search::HIT_LIMIT);
}
