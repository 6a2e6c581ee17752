//! The plot of `docs/cost.md`: dollars a month by people.

use plotters::prelude::*;

use crate::cost::Month;

/// People of the smallest and the largest studio.
const PEOPLE: std::ops::Range<f64> = 1.0..1000.0;
/// Points of a line.
const POINTS: i32 = 60;

/// What of a month a line shows.
type Dollars = fn(&Month) -> f64;

/// The plot as SVG, both axes logarithmic.
pub(crate) fn months() -> Result<String, Box<dyn std::error::Error>> {
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, (720, 420)).into_drawing_area();
        area.fill(&WHITE)?;
        let mut chart = ChartBuilder::on(&area)
            .margin(16)
            .x_label_area_size(40)
            .y_label_area_size(56)
            .build_cartesian_2d(PEOPLE.log_scale(), (0.01..1000.0).log_scale())?;
        chart
            .configure_mesh()
            .x_desc("people")
            .y_desc("dollars a month")
            .light_line_style(TRANSPARENT)
            .draw()?;
        let lines: [(&str, RGBColor, Dollars); 2] = [
            ("requests and storage", BLUE, Month::used),
            ("with metrics, alarms, dashboard and secret", RED, Month::total),
        ];
        for (name, colour, dollars) in lines {
            let line =
                LineSeries::new(people().map(|n| (f64::from(n), dollars(&Month::of(n)))), colour);
            let key = move |(x, y)| PathElement::new([(x, y), (x + 16, y)], colour);
            chart.draw_series(line)?.label(name).legend(key);
        }
        chart
            .configure_series_labels()
            .position(SeriesLabelPosition::UpperLeft)
            .background_style(WHITE)
            .border_style(BLACK)
            .draw()?;
        area.present()?;
    }
    Ok(svg)
}

/// Studios from the smallest to the largest, evenly on a logarithmic axis.
fn people() -> impl Iterator<Item = u32> {
    let steps = (PEOPLE.end / PEOPLE.start).ln() / f64::from(POINTS);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 1 to 1000")]
    let mut all: Vec<u32> = (0..=POINTS)
        .map(|n| (PEOPLE.start * (steps * f64::from(n)).exp()).round() as u32)
        .collect();
    all.dedup();
    all.into_iter()
}
