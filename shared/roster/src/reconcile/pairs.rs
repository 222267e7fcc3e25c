//! Pairs without another choice on either side, so that the order of lines does not matter.

use std::collections::HashMap;

/// Of each described person's candidates, the pairs in which both have no other choice.
pub(super) fn unique_pairs(choices: &[(usize, Vec<usize>)]) -> Vec<(usize, usize)> {
    let mut chosen: HashMap<usize, usize> = HashMap::new();
    for known in choices.iter().flat_map(|(_, found)| found) {
        *chosen.entry(*known).or_default() += 1;
    }
    let only = choices.iter().filter_map(|(place, found)| match found.as_slice() {
        [known] if chosen.get(known) == Some(&1) => Some((*place, *known)),
        _ => None,
    });
    only.collect()
}
