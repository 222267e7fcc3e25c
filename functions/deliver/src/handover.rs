//! Hands a block to its carrier, records the outcomes and updates the carrier's health.

use std::time::Duration;

use carriers::Sms;
use domain::{
    delivery::{CarrierName, CarrierStatus, DeliveryState, FailureReason, Outcome, Share},
    directory::{OptOutOrigin, Stop},
    id::MessageId,
    phone::PhoneNumber,
};
use futures_util::future::{join, try_join_all};
use jiff::{SignedDuration, Timestamp};
use store::StoreError;

use crate::{block::Block, job::DeliveryJob, run::Run};

/// The limit for carrier ids and opt-outs: recording the outcomes needs the rest of the time.
const BOOKKEEPING: Duration = Duration::from_secs(1);
/// Above this time for a block, a carrier is slow and loses share to the others.
const SLOW: SignedDuration = SignedDuration::from_secs(3);

/// A carrier's health after one block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CarrierHealth {
    Healthy,
    /// Most of the block failed, or the carrier was slow.
    Failing,
    /// The carrier refuses everything from this account.
    Halted,
}

impl Run<'_> {
    /// Stores the parcel's tag before a carrier that reports by tag receives the parcel.
    pub async fn keep_tag(&mut self, carrier: CarrierName) -> Result<(), StoreError> {
        let DeliveryJob { parcel, deps, .. } = *self.job;
        let uses_tags = deps.carriers.get(carrier).is_some_and(|carrier| carrier.uses_tags());
        if uses_tags && !self.is_tagged {
            deps.table.keep_tag(parcel, self.stored.expires_at).await?;
            self.is_tagged = true;
        }
        Ok(())
    }

    /// Hands a block to its carrier and records the outcomes.
    pub async fn carry(&mut self, claimed: &[(u8, u8)], block: &Block) -> CarrierHealth {
        let DeliveryJob { parcel, deps, .. } = *self.job;
        let Some(carrier) = deps.carriers.get(block.carrier) else { return CarrierHealth::Halted };
        let began = self.job.now();
        let valid_for_s = self.stored.expires_at.duration_since(began).as_secs().max(0);
        let texts: Vec<(u8, Sms<'_>)> = claimed
            .iter()
            .filter_map(|(index, earlier_attempts)| {
                let message = self.stored.message(*index)?;
                let sms = Sms {
                    id: parcel.message(*index),
                    to: message.phone,
                    text: &message.text,
                    earlier_attempts: *earlier_attempts,
                    valid_for_s: u32::try_from(valid_for_s).expect("a send ends within years"),
                };
                Some((*index, sms))
            })
            .collect();
        let (indexes, block_texts): (Vec<u8>, Vec<Sms<'_>>) = texts.into_iter().unzip();
        let handovers = carrier.send_block(&block_texts).await;
        let now = self.job.now();
        let (mut failures, mut refusals, mut halted) = (0, 0, false);
        let (mut ids, mut stopped) = (Vec::new(), Vec::new());
        for ((index, sms), handover) in indexes.iter().zip(&block_texts).zip(handovers) {
            let alternatives = deps.carriers.alternatives(sms.to, &self.conditions);
            self.progress.record(*index, handover.outcome, alternatives, now);
            halted |= handover.outcome == Outcome::Halt;
            failures += usize::from(matches!(handover.outcome, Outcome::TryLater | Outcome::Unknown));
            refusals += usize::from(handover.outcome == Outcome::Refused(FailureReason::Refused));
            if handover.outcome == Outcome::Refused(FailureReason::OptedOut) {
                stopped.push(sms.to);
            }
            ids.extend(handover.carrier_id.map(|id| (id, sms.id)));
        }
        self.keep_what_was_told(block.carrier, &ids, &stopped, now).await;
        // Several refusals without a cause in the number or the text point at the account.
        let all_refused = refusals > 1 && refusals == indexes.len();
        if all_refused {
            tracing::error!(alarm = "all_refused", carrier = %block.carrier, "carrier refused every text of a block");
        }
        if halted {
            CarrierHealth::Halted
        } else if all_refused || 2 * failures >= indexes.len().max(1) || now.duration_since(began) > SLOW {
            CarrierHealth::Failing
        } else {
            CarrierHealth::Healthy
        }
    }

    /// Stores the carrier's message ids if its receipts carry no other, and records opt-outs that the carrier
    /// reported. The block has left, and recording its outcomes must not wait: a failure here costs an
    /// unmatched receipt, or one more refusal of the number.
    async fn keep_what_was_told(
        &self,
        carrier: CarrierName,
        ids: &[(String, MessageId)],
        stopped: &[PhoneNumber],
        now: Timestamp,
    ) {
        if ids.is_empty() && stopped.is_empty() {
            return;
        }
        let DeliveryJob { parcel, deps, .. } = *self.job;
        let stops = stopped.iter().map(|phone| {
            let stop = Stop { origin: OptOutOrigin::Carrier(carrier), at: now, reply: None };
            deps.table.stop(parcel.school, *phone, stop)
        });
        let all = join(deps.table.keep_carrier_ids(carrier, ids, now), try_join_all(stops));
        let is_kept = match tokio::time::timeout(BOOKKEEPING, all).await {
            Ok((ids, stops)) => ids.is_ok() && stops.is_ok(),
            Err(_) => false,
        };
        if !is_kept {
            tracing::warn!(%carrier, "carrier ids or opt-outs not stored");
        }
    }

    /// Moves share to other carriers after a failed block. Records the block's outcomes first.
    pub async fn update_carrier_health(
        &mut self,
        block: &Block,
        health: CarrierHealth,
    ) -> Result<(), StoreError> {
        let carrier = block.carrier;
        let (table, now) = (&self.job.deps.table, self.job.now());
        let known = self.conditions.of(carrier);
        let changed = match health {
            CarrierHealth::Healthy => return Ok(()),
            CarrierHealth::Failing => {
                let first = block.messages.first().and_then(|index| self.stored.message(*index));
                let first = first.map(|message| message.phone);
                let carriers = &self.job.deps.carriers;
                // Without an alternative, the share stays.
                if first.is_none_or(|phone| carriers.alternatives(phone, &self.conditions) < 2) {
                    return Ok(());
                }
                let Some(share) = Share::after_failure(known.share, now) else { return Ok(()) };
                self.record().await?;
                table.carrier_failed(carrier, now).await?;
                CarrierStatus { share: Some(share), ..known }
            }
            CarrierHealth::Halted => {
                self.record().await?;
                if table.halt_carrier(carrier, now).await? {
                    tracing::error!(
                        alarm = "delivery_halted",
                        %carrier,
                        "carrier halted: check the account"
                    );
                }
                CarrierStatus { state: DeliveryState::Halted(now), ..known }
            }
        };
        self.conditions.insert(carrier, changed);
        Ok(())
    }
}
