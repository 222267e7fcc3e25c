//! The form as an HTML page that prints on one sheet.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::content::FormContent;

const STYLE: &str = "
@page { size: A4; margin: 18mm }
body { font: 10.5pt/1.45 'Noto Sans', system-ui, sans-serif; max-width: 174mm; margin: 0 auto; color: #111 }
h1 { font-size: 17pt; margin: 0 0 6mm }
h2 { font-size: 10.5pt; margin: 4mm 0 0 }
table { border-collapse: collapse; width: 100% }
th { text-align: left; font-weight: 600; width: 38% }
td, th { padding: 1.2mm 0; border-bottom: .3pt solid #bbb; overflow-wrap: anywhere }
.prices { columns: 2; column-gap: 10mm; list-style: none; padding: 0 }
.prices li { display: flex; justify-content: space-between; border-bottom: .3pt solid #ddd; break-inside: avoid }
.signature { display: grid; grid-template-columns: 1fr 1fr; gap: 4mm 10mm; margin-top: 6mm }
.signature div { border-bottom: .5pt solid #888 }
.signature div:nth-child(3) { grid-column: 1 / 3; height: 32mm; border: .5pt solid #888; padding: 2mm }
footer { margin-top: 6mm; font-size: 8.5pt; color: #555 }
";

pub(super) fn render(content: &FormContent) -> Markup {
    html! {
        (DOCTYPE)
        html lang="fr" {
            head {
                meta charset="utf-8";
                title { (content.title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                h1 { (content.title) }
                table {
                    @for (label, value) in &content.school {
                        tr { th scope="row" { (label) } td { (value) } }
                    }
                }
                p { (content.request) }
                p { strong { (content.acknowledgement) } }
                h2 { (content.prices_title) }
                ul .prices {
                    @for (place, price) in &content.prices {
                        li { span { (place) } span { (price) } }
                    }
                }
                p { (content.segments) }
                div .signature {
                    @for label in content.signature { div { (label) } }
                }
                footer { (content.footer) }
            }
        }
    }
}
