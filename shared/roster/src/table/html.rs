//! Pages that some software calls "xls".

use super::limits::MAX_TITLES;
use crate::MAX_LINES;

/// The rows of the first table of a page: what some software calls "xls".
pub(super) fn rows(page: &str) -> Vec<(u32, Vec<String>)> {
    let mut rows = Vec::new();
    let lower = page.to_ascii_lowercase();
    let mut rest = 0;
    while let Some(start) = lower[rest..].find("<tr") {
        let start = rest + start;
        let end = lower[start..].find("</tr").map_or(lower.len(), |end| start + end);
        let cells: Vec<String> = cells_of(&page[start..end], &lower[start..end]);
        let line = u32::try_from(page[..start].matches('\n').count() + 1).unwrap_or(u32::MAX);
        if cells.iter().any(|cell| !cell.is_empty()) && rows.len() <= MAX_LINES + MAX_TITLES {
            rows.push((line, cells));
        }
        rest = end.max(start + 3);
    }
    rows
}

fn cells_of(row: &str, lower: &str) -> Vec<String> {
    let mut cells = Vec::new();
    let mut rest = 0;
    while let Some(start) = [lower[rest..].find("<td"), lower[rest..].find("<th")].into_iter().flatten().min()
    {
        let start = rest + start;
        let Some(open) = lower[start..].find('>').map(|open| start + open + 1) else { break };
        let end = ["</td", "</th", "<td", "<th"].iter().filter_map(|tag| lower[open..].find(tag)).min();
        let end = end.map_or(lower.len(), |end| open + end);
        cells.push(without_tags(&row[open..end]));
        rest = end;
    }
    cells
}

fn without_tags(html: &str) -> String {
    let mut text = String::new();
    let mut is_tag = false;
    for c in html.chars() {
        match c {
            '<' => is_tag = true,
            '>' => is_tag = false,
            _ if !is_tag => text.push(c),
            _ => {}
        }
    }
    let entities =
        [("&nbsp;", " "), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];
    for (entity, sign) in entities {
        text = text.replace(entity, sign);
    }
    text.trim().to_owned()
}
