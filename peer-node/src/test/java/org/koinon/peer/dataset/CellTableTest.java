package org.koinon.peer.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CellTableTest {
  @TempDir Path folder;

  private Map<String, Map<String, String>> rows(TableSchema schema, String text) {
    Map<String, Map<String, String>> rows = new LinkedHashMap<>();
    Path file = Tables.write(folder, "new.csv", text);
    new CellTable(file, schema, TableLimits.DEFAULT)
        .forEach((id, cells) -> rows.put(id.value(), cells));
    return rows;
  }

  @Test
  void a_header_names_the_cells_in_any_order_and_the_label_may_be_missing() {
    assertThat(rows(Tables.schema(), "pain,chol,age,more\n2,240,50,x\n1,0,60,y\n"))
        .hasSize(2)
        .containsEntry("0", Map.of("pain", "2", "chol", "240", "age", "50", "more", "x"));
  }

  @Test
  void without_a_header_the_schema_names_the_cells() {
    assertThat(rows(Tables.schema("format: {header: none}\n"), "50,240,2,n,no\n").get("0"))
        .containsEntry("age", "50")
        .containsEntry("sick", "no");
  }

  @Test
  void the_schema_s_record_column_names_the_rows_where_the_table_has_it() {
    TableSchema schema = Tables.schema("record_id: note\n");
    assertThat(rows(schema, "note,age,chol,pain\nP7,50,240,2\n")).containsOnlyKeys("P7");
    assertThat(rows(schema, "age,chol,pain\n50,240,2\n")).containsOnlyKeys("0");
    assertThatThrownBy(() -> rows(schema, "note,age,chol,pain\n ,50,240,2\n"))
        .hasMessageContaining("new.csv:2, column note");
  }

  @Test
  void a_table_that_cannot_be_read_is_refused_with_its_place() {
    assertThatThrownBy(() -> rows(Tables.schema(), "age,col,pain\n"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("the column chol is missing");
    assertThatThrownBy(() -> rows(Tables.schema(), "age,chol,pain\n1,2\n"))
        .hasMessageContaining("new.csv:2: the line has 2 cells, the table has 3");
    assertThatThrownBy(() -> rows(Tables.schema(), "age,chol,pain,age\n1,2,1,3\n"))
        .hasMessageContaining("stands twice");
    assertThatThrownBy(() -> rows(Tables.schema(), "age,chol,pain\n"))
        .hasMessageContaining("no data rows");
    Path none = folder.resolve("none.csv");
    assertThatThrownBy(
            () ->
                new CellTable(none, Tables.schema(), TableLimits.DEFAULT)
                    .forEach((id, cells) -> {}))
        .hasMessageContaining("there is no such file");
    var small = new TableLimits(1000, 1, 10, 100);
    Path two = Tables.write(folder, "two.csv", "age,chol,pain\n1,2,1\n1,2,1\n");
    assertThatThrownBy(() -> new CellTable(two, Tables.schema(), small).forEach((id, cells) -> {}))
        .hasMessageContaining("two.csv:3: the table has more than 1 rows");
  }
}
