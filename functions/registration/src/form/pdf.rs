//! The form as a PDF of one page with embedded fonts.
//!
//! The fonts are Noto Sans, subset to the Latin letters (SIL Open Font License, in this folder).

use krilla::{
    Document,
    color::rgb,
    error::KrillaError,
    geom::{PathBuilder, Point},
    metadata::Metadata,
    page::PageSettings,
    paint::{Fill, Stroke},
    surface::Surface,
    text::{Font, TextDirection},
};

use super::content::FormContent;

static REGULAR: &[u8] = include_bytes!("NotoSans-Regular.ttf");
static BOLD: &[u8] = include_bytes!("NotoSans-Bold.ttf");

/// A4, in points.
const WIDTH: f32 = 595.28;
const HEIGHT: f32 = 841.89;
const MARGIN: f32 = 56.0;
const COLUMN: f32 = 180.0;
/// The length of a line beside the labels, at the width of capitals.
const VALUE_CHARACTERS: usize = 52;

/// Failures to make the form: bugs.
#[derive(Debug, thiserror::Error)]
pub(super) enum FormError {
    /// Unusable font or page size.
    #[error("a font or the page's size is not usable")]
    Resource,
    #[error("the document could not be written: {0:?}")]
    Document(KrillaError),
}

pub(super) fn render(content: &FormContent) -> Result<Vec<u8>, FormError> {
    let mut document = Document::new();
    document.set_metadata(
        Metadata::new()
            .title(content.title.to_owned())
            .language("fr".to_owned())
            .creator("Carillon".to_owned()),
    );
    let font = |bytes: &'static [u8]| Font::new(bytes.into(), 0).ok_or(FormError::Resource);
    let (regular, bold) = (font(REGULAR)?, font(BOLD)?);
    let size = PageSettings::from_wh(WIDTH, HEIGHT).ok_or(FormError::Resource)?;
    {
        let mut page = document.start_page_with(size);
        let mut sheet = Sheet { surface: page.surface(), regular, bold, y: MARGIN + 18.0 };
        sheet.fill(content);
    }
    document.finish().map_err(FormError::Document)
}

/// The page, laid out from top to bottom.
struct Sheet<'a> {
    surface: Surface<'a>,
    regular: Font,
    bold: Font,
    y: f32,
}

impl Sheet<'_> {
    fn fill(&mut self, content: &FormContent) {
        self.text(MARGIN, 18.0, content.title, true);
        self.y += 30.0;
        for (label, value) in &content.school {
            self.row(label, value);
        }
        self.y += 8.0;
        self.paragraph(content.request, false);
        self.paragraph(&content.acknowledgement, true);
        self.paragraph(content.prices_title, true);
        self.prices(&content.prices);
        self.paragraph(content.segments, false);
        self.signature(content.signature);
        self.y = HEIGHT - MARGIN;
        self.text(MARGIN, 8.0, &content.footer, false);
    }

    /// A label with its value on one or several lines, or with a blank line.
    fn row(&mut self, label: &str, value: &str) {
        self.text(MARGIN, 10.0, label, true);
        if value.is_empty() {
            self.rule(COLUMN, WIDTH - MARGIN, self.y + 2.0);
            self.y += 17.0;
        }
        for line in textwrap::wrap(value, VALUE_CHARACTERS) {
            self.text(COLUMN, 10.0, &line, false);
            self.y += 17.0;
        }
    }

    fn paragraph(&mut self, text: &str, bold: bool) {
        for line in textwrap::wrap(text, if bold { 84 } else { 90 }) {
            self.text(MARGIN, 10.0, &line, bold);
            self.y += 15.0;
        }
        self.y += 7.0;
    }

    /// The prices in two columns.
    fn prices(&mut self, prices: &[(&'static str, String)]) {
        let lines = prices.len().div_ceil(2);
        let top = self.y;
        for (index, (place, price)) in prices.iter().enumerate() {
            let x = if index < lines { MARGIN } else { WIDTH / 2.0 + 10.0 };
            self.y = top + 15.0 * (index % lines) as f32;
            self.text(x, 9.5, place, false);
            self.text(x + 170.0, 9.5, price, false);
        }
        self.y = top + 15.0 * lines as f32 + 8.0;
    }

    fn signature(&mut self, [place, day, signature]: [&str; 3]) {
        self.y += 12.0;
        let middle = WIDTH / 2.0 + 10.0;
        self.text(MARGIN, 10.0, place, false);
        self.rule(MARGIN + 45.0, middle - 20.0, self.y + 2.0);
        self.text(middle, 10.0, day, false);
        self.rule(middle + 25.0, WIDTH - MARGIN, self.y + 2.0);
        self.y += 26.0;
        self.text(MARGIN, 10.0, signature, false);
        let (top, bottom) = (self.y + 10.0, self.y + 110.0);
        for y in [top, bottom] {
            self.rule(MARGIN, WIDTH - MARGIN, y);
        }
    }

    fn text(&mut self, x: f32, size: f32, text: &str, bold: bool) {
        let font = if bold { self.bold.clone() } else { self.regular.clone() };
        self.surface.set_stroke(None);
        self.surface.set_fill(Some(Fill { paint: rgb::Color::black().into(), ..Fill::default() }));
        self.surface.draw_text(Point::from_xy(x, self.y), font, size, text, false, TextDirection::Auto);
    }

    fn rule(&mut self, from: f32, to: f32, y: f32) {
        let mut line = PathBuilder::new();
        line.move_to(from, y);
        line.line_to(to, y);
        let Some(line) = line.finish() else { return };
        self.surface.set_fill(None);
        self.surface.set_stroke(Some(Stroke { width: 0.5, ..Stroke::default() }));
        self.surface.draw_path(&line);
    }
}
