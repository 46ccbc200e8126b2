package org.koinon.peer.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PredictionTableTest {
  private static final String ROWS = "40,100,1,,no\n50,0,2,,yes\n60,300,2,,yes\n";

  @TempDir Path folder;
  private Cohort cohort;
  private Preprocessor preprocessor;

  @BeforeEach
  void fit() {
    cohort = Tables.train(folder, Tables.schema(), Tables.HEADER + ROWS);
    preprocessor = Preprocessor.fit(cohort, Standardisation.LOCAL);
  }

  private List<double[]> inputs(String text) {
    List<double[]> inputs = new ArrayList<>();
    PredictionTable.forEach(
        Tables.write(folder, "new.csv", text),
        preprocessor,
        new TableLimits(1000, 5, 10, 100),
        (line, input) -> inputs.add(input));
    return inputs;
  }

  @Test
  void patients_get_the_input_that_training_would_have_given_them() {
    List<double[]> inputs = inputs("# asked on paper\npain,chol,ward,age\n1,100,A,40\n2,0,B,50\n");
    DesignMatrix matrix = cohort.design(preprocessor);
    assertThat(inputs).hasSize(2);
    for (int r = 0; r < 2; r++) {
      for (int c = 0; c < matrix.columns(); c++) {
        assertThat(inputs.get(r)[c]).isEqualTo(matrix.value(r, c));
      }
    }
  }

  @Test
  void what_does_not_fit_is_named_by_line_and_column() {
    assertThatThrownBy(() -> inputs("age,kol,pain\n1,1,1\n"))
        .hasMessageContaining("the model needs the column chol. Did you mean kol?");
    assertThatThrownBy(() -> inputs("age,chol,pain\n1,1,1\n1,x,1\n"))
        .hasMessageContaining("new.csv:3, column chol: a number is expected");
    assertThatThrownBy(() -> inputs("age,chol,pain\n1,1\n"))
        .hasMessageContaining("new.csv:2: the line has 2 cells, the header 3");
    assertThatThrownBy(() -> inputs("age,chol,pain,age\n1,1,1,1\n"))
        .hasMessageContaining("a column stands twice");
    assertThatThrownBy(() -> inputs("age,chol,pain\n" + "1,1,1\n".repeat(6)))
        .hasMessageContaining("too many rows");
  }
}
