#![allow(clippy::unwrap_used, clippy::indexing_slicing)]
use std::collections::BTreeMap;

use super::*;
use proptest::prelude::*;

const SIZES: Sizes = Sizes {
    width: 150.0,
    height: 40.0,
    gap: 16.0,
    between: 36.0,
    trunk: 8.0,
    per_layer: 6,
};

fn edges(pairs: impl IntoIterator<Item = (usize, usize)>) -> Vec<Edge> {
    let edge = |(from, to)| Edge { from, to, kind: to % 3 };
    pairs.into_iter().map(edge).collect()
}

/// Numbers as if by chance, the same every time.
fn chance(seed: u64) -> impl FnMut(usize) -> usize {
    let mut state = seed;
    move |below| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below.max(1)
    }
}

/// How many lines would cross if each layer stood in the order in which its boxes came.
fn unordered(boxes: usize, edges: &[Edge]) -> usize {
    let mut edges = edges.to_vec();
    edges.sort_unstable();
    edges.dedup();
    Layers::new(&levels(boxes, &edges, SIZES.per_layer), &edges, &SIZES).crossings()
}

#[track_caller]
fn check(boxes: usize, edges: &[Edge]) -> Layout {
    let drawn = layout(boxes, edges, &SIZES);
    assert_eq!(drawn, layout(boxes, edges, &SIZES), "the same every time");
    assert_eq!(drawn.boxes.len(), boxes);
    let mut rows: BTreeMap<u64, Vec<f64>> = BTreeMap::new();
    for (x, y) in &drawn.boxes {
        assert!(
            *x >= -1e-6 && x + SIZES.width <= drawn.width + 1e-6,
            "{x} of {}",
            drawn.width
        );
        assert!(y + SIZES.height <= drawn.height + 1e-6);
        rows.entry(*y as u64).or_default().push(*x);
    }
    for row in rows.values_mut() {
        assert!(row.len() <= SIZES.per_layer);
        row.sort_by(f64::total_cmp);
        let is_apart = |pair: &[f64; 2]| pair[1] - pair[0] >= SIZES.width + SIZES.gap - 1e-6;
        assert!(row.array_windows().all(is_apart), "{row:?}");
    }
    // Each edge ends at its box, and comes from above but on a circle.
    for bundle in &drawn.bundles {
        let from = drawn.boxes[bundle.from].1;
        for (to, (end, is_up)) in bundle.to.iter().zip(&bundle.ends) {
            let (x, y) = drawn.boxes[*to];
            assert_eq!(end.0, x + SIZES.width / 2.0);
            assert_eq!(*is_up, y < from, "no two that are related stand in one layer");
            assert!(y != from);
        }
    }
    drawn
}

#[test]
fn two_hundred_versions_stay_readable() {
    let mut next = chance(7);
    let (one, page) = (SIZES.width + SIZES.gap, 6.0 * (SIZES.width + SIZES.gap));
    for (what, pairs, widest) in [
        ("a chain", (1..200).map(|n| (n - 1, n)).collect::<Vec<_>>(), one),
        (
            "one with 199 children",
            (1..200).map(|n| (0, n)).collect(),
            page + 3.0 * SIZES.trunk,
        ),
        (
            "a binary tree",
            (1..200).map(|n| ((n - 1) / 2, n)).collect(),
            page * 1.25,
        ),
        (
            "of one of the ten before",
            (1..200).map(|n| (n - 1 - next(n.min(10)), n)).collect(),
            page * 1.25,
        ),
    ] {
        let edges = edges(pairs);
        let drawn = check(200, &edges);
        let before = unordered(200, &edges);
        println!(
            "{what}: {:.0} wide, {:.0} high, {} crossings, {before} unordered",
            drawn.width, drawn.height, drawn.crossings
        );
        assert!(drawn.width <= widest, "{what}: {}", drawn.width);
        assert_eq!(drawn.crossings, 0, "{what} is a tree");
    }
}

#[test]
fn few_lines_cross() {
    let mut next = chance(3);
    let merges = (4..200).flat_map(|n| [(n - 1 - next(n.min(8)), n), (n - 1 - next(n.min(8)), n)]);
    let edges = edges(merges.collect::<Vec<_>>());
    let (drawn, before) = (check(200, &edges), unordered(200, &edges));
    println!("merges: {} crossings, {before} unordered", drawn.crossings);
    assert!(drawn.crossings * 2 < before, "{} of {before}", drawn.crossings);
    // A graph that can be drawn without crossings is.
    let twisted = [(0, 5), (1, 4), (2, 3)];
    assert_eq!(check(6, &self::edges(twisted)).crossings, 0);
}

#[test]
fn circles_are_drawn() {
    for pairs in [
        &[(0, 1), (1, 0)][..],
        &[(0, 0)],
        &[(0, 1), (1, 2), (2, 3), (3, 1), (3, 4)],
        &[(2, 1), (1, 0), (0, 2), (7, 3)],
    ] {
        check(5, &edges(pairs.iter().copied()));
    }
    check(0, &[]);
}

proptest! {
    #![proptest_config(crate::cases(100, 20_000))]
    #[test]
    fn any_graph_is_drawn(boxes in 1usize..60, pairs in proptest::collection::vec((0usize..60, 0usize..60), 0..120)) {
        check(boxes, &edges(pairs));
    }
}

#[test]
fn as_many_as_are_ever_shown() {
    let mut next = chance(11);
    let edges = edges((0..2_000).map(|_| (next(500), next(500))).collect::<Vec<_>>());
    check(500, &edges);
}
