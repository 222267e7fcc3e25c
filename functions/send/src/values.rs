//! The values of variables in a request, and their schema.

use api::MapOf;
use domain::{
    id::PersonId,
    sending::{Selection, Value},
    template::Variable,
};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, Ref, RefOr, Schema},
};

/// Only people of the selection have values.
pub(crate) const MAX_PEOPLE_WITH_VALUES: usize = Selection::MAX_PEOPLE;

/// Values by the names of variables.
pub(crate) type NamedValues = MapOf<Value, { Variable::ALL.len() }>;

/// The schema of values: the variables that a request may set.
pub(crate) struct VariableValues;

impl PartialSchema for VariableValues {
    fn schema() -> RefOr<Schema> {
        let given = Variable::ALL.into_iter().filter(|variable| variable.is_given());
        let value = || Ref::from_schema_name(Value::name());
        let schema = ObjectBuilder::new()
            .description(Some("The values of variables with `given_with_the_send` in the catalogue."));
        given.fold(schema, |schema, variable| schema.property(variable.name(), value())).into()
    }
}

impl ToSchema for VariableValues {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((Value::name().into_owned(), Value::schema()));
    }
}

/// Values by person id.
pub(crate) struct ValuesByPerson;

impl PartialSchema for ValuesByPerson {
    fn schema() -> RefOr<Schema> {
        let person = match PersonId::schema() {
            RefOr::T(person) => Some(person),
            RefOr::Ref(_) => None,
        };
        ObjectBuilder::new()
            .description(Some("Values by person: the pupil concerned, or the recipient."))
            .property_names(person)
            .additional_properties(Some(Ref::from_schema_name(VariableValues::name())))
            .max_properties(Some(MAX_PEOPLE_WITH_VALUES))
            .into()
    }
}

impl ToSchema for ValuesByPerson {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((VariableValues::name().into_owned(), VariableValues::schema()));
        VariableValues::schemas(schemas);
    }
}
