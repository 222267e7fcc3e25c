//! Carrier selection: by territory, order of preference and carrier health.

use std::{collections::BTreeMap, str::FromStr, sync::Arc};

use sha2::{Digest, Sha256};

use super::Carrier;
use domain::{delivery::CarrierName, id::MessageId};
use domain::{
    delivery::{CarrierStatuses, PartsPerSecond, Share},
    phone::PhoneNumber,
};

use jiff::Timestamp;

/// Carriers in order of preference, each once, and at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route(Vec<CarrierName>);

/// The routes of all numbers, by territory or country, with a default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Routes {
    others: Route,
    by_code: BTreeMap<String, Route>,
}

/// A text that does not parse as routes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "routes are carriers in order of preference, and after a semicolon those of a territory, such as \
     `ovh,twilio; RE=twilio,ovh`"
)]
pub struct RoutesError;

impl FromStr for Route {
    type Err = RoutesError;

    fn from_str(text: &str) -> Result<Self, RoutesError> {
        let mut route = Vec::new();
        for name in text.split(',') {
            let name = CarrierName::parse(name.trim()).map_err(|_| RoutesError)?;
            if route.contains(&name) {
                return Err(RoutesError);
            }
            route.push(name);
        }
        Ok(Self(route))
    }
}

impl FromStr for Routes {
    type Err = RoutesError;

    /// Parses `ovh,twilio; RE=twilio,ovh`: the default route first, then routes by territory or country
    /// (ISO 3166-1 code).
    fn from_str(text: &str) -> Result<Self, RoutesError> {
        let mut parts = text.split(';');
        let others = parts.next().unwrap_or_default().parse()?;
        let mut by_code = BTreeMap::new();
        for part in parts {
            let (code, route) = part.split_once('=').ok_or(RoutesError)?;
            let code = code.trim();
            let is_code = code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase());
            if !is_code || by_code.insert(code.to_owned(), route.parse()?).is_some() {
                return Err(RoutesError);
            }
        }
        Ok(Self { others, by_code })
    }
}

impl Routes {
    /// Routes all numbers to one carrier.
    pub fn only(carrier: CarrierName) -> Self {
        Self { others: Route(vec![carrier]), by_code: BTreeMap::new() }
    }

    /// Returns all carriers in the routes.
    pub fn carriers(&self) -> Vec<CarrierName> {
        let all = std::iter::once(&self.others).chain(self.by_code.values());
        let mut names: Vec<_> = all.flat_map(|route| route.0.iter().copied()).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// Returns the default carrier.
    pub fn first(&self) -> CarrierName {
        self.others.0[0]
    }

    fn of(&self, number: PhoneNumber) -> &Route {
        self.by_code.get(number.destination().code()).unwrap_or(&self.others)
    }
}

/// The carriers of one process.
#[derive(Clone)]
pub struct Carriers {
    routes: Routes,
    known: BTreeMap<CarrierName, Arc<dyn Carrier>>,
    paces: BTreeMap<CarrierName, PartsPerSecond>,
    simulated: Route,
}

impl Carriers {
    /// Creates an empty set for some routes; [add](Self::with) each carrier. Simulated numbers always
    /// use the simulator.
    pub fn new(routes: Routes) -> Self {
        let simulated = Route(vec![CarrierName::Simulator]);
        Self { routes, known: BTreeMap::new(), paces: BTreeMap::new(), simulated }
    }

    /// Adds a carrier.
    #[must_use]
    pub fn with(mut self, name: CarrierName, carrier: Arc<dyn Carrier>) -> Self {
        self.known.insert(name, carrier);
        self
    }

    /// Sets a carrier's rate limit; `None` for no limit.
    #[must_use]
    pub fn paced(mut self, name: CarrierName, pace: Option<PartsPerSecond>) -> Self {
        self.paces.extend(pace.map(|pace| (name, pace)));
        self
    }

    /// Routes simulated numbers like all others, on a machine with fake carriers only.
    #[must_use]
    pub fn allow_simulated_numbers(self) -> Self {
        Self { simulated: self.routes.others.clone(), ..self }
    }

    /// Returns a carrier of the routes.
    pub fn get(&self, name: CarrierName) -> Option<&dyn Carrier> {
        self.known.get(&name).map(|carrier| &**carrier)
    }

    /// Returns a carrier's rate limit.
    pub fn pace(&self, name: CarrierName) -> Option<PartsPerSecond> {
        self.paces.get(&name).copied()
    }

    /// Returns the default carrier's rate limit.
    pub fn usual_pace(&self) -> Option<PartsPerSecond> {
        self.pace(self.routes.first())
    }

    /// Returns the route of a number. A simulated number is never submitted to a real carrier.
    fn route(&self, number: PhoneNumber) -> &[CarrierName] {
        if number.is_simulated() { &self.simulated.0 } else { &self.routes.of(number).0 }
    }

    /// Whether texts to this number count against the default carrier's rate limit.
    pub fn has_the_usual_pace(&self, number: PhoneNumber) -> bool {
        self.route(number).first() == Some(&self.routes.first()) && self.usual_pace().is_some()
    }

    /// Returns the number of carriers currently available for a number.
    pub fn alternatives(&self, number: PhoneNumber, conditions: &CarrierStatuses) -> u8 {
        let usable = self.usable(number, conditions).count();
        u8::try_from(usable).expect("there are fewer than 256 carriers")
    }

    fn usable<'a>(
        &'a self,
        number: PhoneNumber,
        conditions: &'a CarrierStatuses,
    ) -> impl Iterator<Item = CarrierName> + 'a {
        self.route(number)
            .iter()
            .copied()
            .filter(|name| self.known.contains_key(name) && conditions.may_be_asked(*name))
    }

    /// Chooses the carrier of a message; `None` if its whole route is halted.
    ///
    /// The preferred carrier gets its share, the next ones the rest. A carrier that just postponed the
    /// message follows after the others. The draw is a hash of the message's reference, hence stable
    /// over retries.
    pub fn choose(
        &self,
        message: MessageId,
        number: PhoneNumber,
        put_off_by: Option<CarrierName>,
        conditions: &CarrierStatuses,
        now: Timestamp,
    ) -> Option<CarrierName> {
        let usable: Vec<CarrierName> = self.usable(number, conditions).collect();
        let (last, preferred) = usable.split_last()?;
        if let Some(place) = put_off_by.and_then(|by| usable.iter().position(|name| *name == by)) {
            return Some(usable[(place + 1) % usable.len()]);
        }
        let chosen = preferred.iter().find(|name| {
            let share = Share::at(conditions.of(**name).share, now);
            share == 1000 || lot(message, **name) < share
        });
        Some(*chosen.unwrap_or(last))
    }
}

/// A number below a thousand that only the message and the carrier decide.
fn lot(message: MessageId, carrier: CarrierName) -> u16 {
    let digest = Sha256::new()
        .chain_update(message.parcel.send.to_bytes())
        .chain_update(message.parcel.number.0.to_be_bytes())
        .chain_update([message.index])
        .chain_update(carrier.as_str())
        .finalize();
    u16::from_be_bytes([digest[0], digest[1]]) % 1000
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Simulator;
    use domain::{
        delivery::{CarrierStatus, DeliveryState},
        id::{ParcelId, ParcelNumber},
        territory::Territory,
    };

    fn now() -> Timestamp {
        Timestamp::from_second(1_800_000_000).unwrap()
    }

    fn message(index: u8) -> MessageId {
        let parcel = ParcelId {
            school: "sch_01J0000000000000000000000A".parse().unwrap(),
            send: "snd_01J0000000000000000000000B".parse().unwrap(),
            number: ParcelNumber(3),
        };
        parcel.message(index)
    }

    fn carriers(routes: &str) -> Carriers {
        let routes: Routes = routes.parse().unwrap();
        CarrierName::ALL
            .into_iter()
            .fold(Carriers::new(routes), |carriers, name| carriers.with(name, Arc::new(Simulator)))
    }

    fn number(text: &str) -> PhoneNumber {
        PhoneNumber::parse(text, Territory::Metropole).unwrap()
    }

    fn first_choice(carriers: &Carriers, text: &str) -> Option<CarrierName> {
        carriers.choose(message(0), number(text), None, &CarrierStatuses::default(), now())
    }

    #[test]
    fn a_number_goes_the_way_of_its_territory_and_a_simulated_one_nowhere() {
        let carriers = carriers("ovh,twilio; RE=twilio; BE=bridge,ovh");
        assert_eq!(first_choice(&carriers, "0612345678"), Some(CarrierName::Ovh));
        assert_eq!(first_choice(&carriers, "+262692123456"), Some(CarrierName::Twilio));
        assert_eq!(first_choice(&carriers, "+32470123456"), Some(CarrierName::Bridge));
        assert_eq!(first_choice(&carriers, "0639981234"), Some(CarrierName::Simulator));
        assert_eq!(first_choice(&carriers.allow_simulated_numbers(), "0639981234"), Some(CarrierName::Ovh));
    }

    #[test]
    fn a_text_that_is_no_routes_is_refused() {
        for text in
            ["", "nobody", "ovh,ovh", "ovh;", "ovh; RE", "ovh; re=ovh", "ovh; RE=ovh; RE=sns", "ovh; FRA=ovh"]
        {
            assert_eq!(text.parse::<Routes>(), Err(RoutesError), "{text}");
        }
        let routes: Routes = " ovh , twilio ;RE= sns".parse().unwrap();
        assert_eq!(routes.carriers(), [CarrierName::Sns, CarrierName::Ovh, CarrierName::Twilio]);
    }

    #[test]
    fn a_failing_carrier_keeps_its_share_and_the_next_one_gets_the_rest() {
        let carriers = carriers("ovh,twilio");
        let mut conditions = CarrierStatuses::default();
        for thousandths in [1000, 500, 20] {
            let share = Some(Share::new(thousandths, now()));
            conditions.insert(CarrierName::Ovh, CarrierStatus { share, ..CarrierStatus::default() });
            let ovh = (0..200)
                .filter_map(|n| carriers.choose(message(n), number("0612345678"), None, &conditions, now()))
                .filter(|name| *name == CarrierName::Ovh)
                .count();
            let expected = usize::from(thousandths) / 5;
            assert!(ovh.abs_diff(expected) <= 20, "{ovh} of 200 at {thousandths}");
        }
    }

    #[test]
    fn who_put_a_message_off_or_is_halted_is_passed_over() {
        let carriers = carriers("ovh,twilio,bridge");
        let mut conditions = CarrierStatuses::default();
        let choose = |conditions: &CarrierStatuses, by| {
            carriers.choose(message(0), number("0612345678"), by, conditions, now())
        };
        assert_eq!(choose(&conditions, Some(CarrierName::Ovh)), Some(CarrierName::Twilio));
        assert_eq!(choose(&conditions, Some(CarrierName::Bridge)), Some(CarrierName::Ovh));
        let halted = CarrierStatus { state: DeliveryState::Halted(now()), ..CarrierStatus::default() };
        conditions.insert(CarrierName::Twilio, halted);
        assert_eq!(choose(&conditions, Some(CarrierName::Ovh)), Some(CarrierName::Bridge));
        assert_eq!(carriers.alternatives(number("0612345678"), &conditions), 2);
        conditions.insert(CarrierName::Ovh, halted);
        conditions.insert(CarrierName::Bridge, halted);
        assert_eq!(choose(&conditions, None), None);
        let resuming = CarrierStatus { state: DeliveryState::Resuming(now()), ..halted };
        conditions.insert(CarrierName::Ovh, resuming);
        assert_eq!(choose(&conditions, None), Some(CarrierName::Ovh));
    }
}
