#include "compose.hpp"

#include <set>
#include <utility>

#include "answer.hpp"
#include "compose_badge.hpp"
#include "compose_figure.hpp"
#include "compose_tile.hpp"
#include "filter_rows.hpp"
#include "input_rows.hpp"
#include "main_fact.hpp"
#include "moment_words.hpp"

namespace weir::report {
namespace {

/// The rows of one choice of the filter.
struct Chosen {
  std::vector<Input> inputs;
  std::string adds_over;  ///< Items that add up take the sums over this column; empty: they take the rows.
};

Status add_item(Content& content, const Show& show, const Chosen& chosen, Moment now) {
  if (show.kind == ShowKind::kText) return {};  // When all numbers that it may name are there.
  const std::vector<Input>& inputs = chosen.inputs;
  WEIR_ASSIGN_OR_RETURN(const Input* input, find_input(inputs, show.from));
  Input sums;
  if (show.adds_up && has_values(*input, chosen.adds_over)) {
    sums = added_up(*input, show, chosen.adds_over);
    input = &sums;
  }
  if (show.kind == ShowKind::kKpi) {
    WEIR_ASSIGN_OR_RETURN(Tile tile, compose_tile(show, *input, now));
    content.tiles.push_back(std::move(tile));
  } else if (show.kind == ShowKind::kFreshness) {
    WEIR_ASSIGN_OR_RETURN(Badge badge, compose_freshness(show, *input, now));
    content.badges.push_back(std::move(badge));
  } else if (show.kind == ShowKind::kRejected) {
    WEIR_ASSIGN_OR_RETURN(Badge badge, compose_rejected(show, *input, inputs));
    content.badges.push_back(std::move(badge));
  } else {
    WEIR_ASSIGN_OR_RETURN(Figure figure, compose_figure(show, *input, inputs, now));
    content.figures.push_back(std::move(figure));
  }
  return {};
}

std::string place_of(const Show& show) { return std::string(kind_key(show.kind)) + " '" + show.id + "'"; }

Result<Answer> answer_of(const SectionSpec& spec, const Content& content) {
  if (!spec.answer.empty()) return fill_answer(spec.answer, tiles_of(content));
  return content.figures.empty() ? Answer() : Answer{main_fact(content.figures.front()), {}};
}

Result<Content> compose_content(const SectionSpec& spec, const Chosen& chosen, Moment now) {
  Content content;
  for (const Show& show : spec.show)
    WEIR_RETURN_IF_ERROR(add_item(content, show, chosen, now).with_context(place_of(show)));
  for (const Show& show : spec.show) {
    if (show.kind != ShowKind::kText) continue;
    Result<Answer> said = fill_answer(show.says, tiles_of(content));
    if (!said.is_ok()) return said.status().with_context(place_of(show));
    content.paragraphs.push_back({show.id, std::move(*said)});
  }
  WEIR_ASSIGN_OR_RETURN(content.answer, answer_of(spec, content));
  return content;
}

// What is shown for another choice of the filter has ids of its own: a page holds each id once.
void mark_ids(Content& content, std::size_t choice) {
  const std::string mark = "--" + std::to_string(choice);
  for (Tile& tile : content.tiles) tile.id += mark;
  for (Badge& badge : content.badges) badge.id += mark;
  for (Paragraph& paragraph : content.paragraphs) paragraph.id += mark;
  for (Figure& figure : content.figures) figure.id += mark;
}

Status check_ids(const SectionSpec& spec, std::set<std::string>& item_ids) {
  for (const Show& show : spec.show)
    if (!item_ids.insert(show.id).second)
      return Status::invalid(place_of(show) + ": the id is used twice in this report");
  return {};
}

Result<Section> compose_section(const SectionSpec& spec, const std::vector<Input>& inputs,
                                const Filter& filter, Moment now) {
  Section section{spec.id, spec.title.empty() ? spec.id : spec.title, spec.question, spec.labels, spec.about};
  if (filter.choices.empty() || !is_filtered(spec, inputs, filter.column)) {
    WEIR_ASSIGN_OR_RETURN(Content content, compose_content(spec, {inputs, ""}, now));
    section.contents.push_back(std::move(content));
    return section;
  }
  for (std::size_t i = 0; i < filter.choices.size(); ++i) {
    const bool is_all = filter.choices[i].empty();
    const Chosen chosen{filtered(inputs, filter.column, filter.choices[i]), is_all ? filter.column : ""};
    WEIR_ASSIGN_OR_RETURN(Content content, compose_content(spec, chosen, now));
    content.filter = filter.choices[i];
    if (i > 0) mark_ids(content, i);
    section.contents.push_back(std::move(content));
  }
  return section;
}

}  // namespace

Result<ReportModel> compose(const ReportSpec& spec, std::vector<Input> inputs, Moment generated_at) {
  for (Input& input : inputs) {
    order_by_time(input);
    for (Column& column : input.columns) find_days(column, spec.day_zone);
  }
  WEIR_ASSIGN_OR_RETURN(Filter filter, filter_of(spec, inputs));
  ReportModel model{spec.title, spec.about, generated_at, std::move(filter), {}, spec.day_zone};
  std::set<std::string> section_ids;
  std::set<std::string> item_ids;
  for (const SectionSpec& one : spec.sections) {
    const std::string place = "section '" + one.id + "'";
    if (!section_ids.insert(one.id).second)
      return Status::invalid(place + ": the id is used twice in this report");
    WEIR_RETURN_IF_ERROR(check_ids(one, item_ids).with_context(place));
    Result<Section> section = compose_section(one, inputs, model.filter, generated_at);
    if (!section.is_ok()) return section.status().with_context(place);
    model.sections.push_back(std::move(*section));
  }
  return model;
}

}  // namespace weir::report
