//! A download: a stream of pieces, each read once the previous one was sent.

use bytes::Bytes;
use domain::sent_log::{
    Filter,
    export::{Export, Progress, Stage},
};
use futures_util::{Stream, StreamExt, stream};
use jiff::tz::TimeZone;
use store::{Consistency, StoreError};
use tokio::sync::mpsc::{self, Receiver, Sender};
use tracing::Instrument;
use workflows::sent_log::{FileWriter, LogQuery, ParcelScan};

use crate::deps::Deps;

/// A download in progress.
pub(crate) struct Download {
    pub deps: Deps,
    pub export: Export,
    pub filter: Filter,
    pub zone: TimeZone,
}

type Piece = Result<Bytes, StoreError>;

/// Pieces between two records of progress. A piece is up to 3,300 messages: about a second of reading.
const PIECES_A_NOTE: u32 = 5;

impl Download {
    /// The pieces. Reads nothing before the first one is polled.
    pub fn pieces(self) -> impl Stream<Item = Piece> + Send {
        let begin = async move {
            // One piece waits while the next is read, at any speed of the client.
            let (sender, receiver) = mpsc::channel(1);
            tokio::spawn(self.run(sender).in_current_span());
            taken_from(receiver)
        };
        stream::once(begin).flatten()
    }

    async fn run(self, pieces: Sender<Piece>) {
        let mut file = FileWriter::new(self.export.format, self.zone.clone(), self.export.language);
        let mut progress = Progress::default();
        self.note(Stage::Running, progress).await;
        let stage = self.write(&mut file, &mut progress, &pieces).await;
        // Recorded before the end of the stream: after it, Lambda may freeze this process.
        self.note(stage, progress).await;
        tracing::info!(export = %self.export.id, stage = stage.as_str(), messages = progress.messages, "download");
    }

    async fn write(&self, file: &mut FileWriter, progress: &mut Progress, pieces: &Sender<Piece>) -> Stage {
        let Self { deps, export, filter, .. } = self;
        let (table, now) = (&deps.table, deps.clock.now());
        let query =
            LogQuery { table, school: export.school, filter, consistency: Consistency::Eventual, now };
        let mut scan = ParcelScan::for_file(&query);
        let mut unnoted = 0;
        loop {
            let Ok(place) = pieces.reserve().await else { return Stage::Failed };
            let read = query.visit_batch(&mut scan, &mut |logged| file.write(&logged)).await;
            *progress = Progress {
                messages: file.messages(),
                sends_passed: scan.sends_passed(),
                sends_found: scan.sends_found(),
            };
            match read {
                Ok(is_more) => {
                    let piece = file.take();
                    if !piece.is_empty() {
                        place.send(Ok(piece));
                    }
                    if !is_more {
                        break;
                    }
                }
                // An aborted response is not mistaken for a whole file.
                Err(error) => {
                    tracing::warn!(chain = telemetry::chain(&error), "download aborted");
                    place.send(Err(error));
                    return Stage::Failed;
                }
            }
            unnoted += 1;
            if unnoted == PIECES_A_NOTE {
                unnoted = 0;
                self.note(Stage::Running, *progress).await;
            }
        }
        // The channel has capacity again once the last piece was sent.
        if pieces.reserve().await.is_ok() { Stage::Done } else { Stage::Failed }
    }

    /// A failure to record progress must not abort the download.
    async fn note(&self, stage: Stage, progress: Progress) {
        let now = self.deps.clock.now();
        if let Err(error) = self.deps.table.note_export(self.export.id, stage, progress, now).await {
            tracing::warn!(chain = telemetry::chain(&error), "download progress not recorded");
        }
    }
}

fn taken_from(pieces: Receiver<Piece>) -> impl Stream<Item = Piece> + Send {
    stream::unfold(pieces, |mut pieces| async { Some((pieces.recv().await?, pieces)) })
}
