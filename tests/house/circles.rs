//! Circles in a graph.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::{algo::tarjan_scc, graph::DiGraph};

/// The groups of two or more nodes each of which reaches all others of its group.
pub(super) fn circles<N: Ord + Clone>(arrows: &BTreeSet<(N, N)>) -> Vec<BTreeSet<N>> {
    let mut graph = DiGraph::<N, ()>::new();
    let mut places = BTreeMap::new();
    for (from, to) in arrows {
        let [from, to] =
            [from, to].map(|node| *places.entry(node).or_insert_with(|| graph.add_node(node.clone())));
        graph.add_edge(from, to, ());
    }
    let groups = tarjan_scc(&graph).into_iter().filter(|group| group.len() > 1);
    groups.map(|group| group.into_iter().map(|place| graph[place].clone()).collect()).collect()
}

#[test]
fn a_circle_is_found_and_a_chain_is_none() {
    let arrows = |pairs: &[(u8, u8)]| pairs.iter().copied().collect::<BTreeSet<_>>();
    assert_eq!(circles(&arrows(&[(1, 2), (2, 3), (1, 3)])), Vec::<BTreeSet<u8>>::new());
    assert_eq!(circles(&arrows(&[(1, 2), (2, 3), (3, 2), (3, 4)])), [BTreeSet::from([2, 3])]);
}
