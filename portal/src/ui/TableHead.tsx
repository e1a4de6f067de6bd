interface TableHeadProps {
  heads: readonly string[];
  /** Whether the last column, of buttons, has no name. */
  unnamed?: boolean;
}

/** The names of a table's columns. */
export function TableHead({ heads, unnamed = false }: TableHeadProps) {
  return (
    <thead>
      <tr>
        {heads.map((head) => (
          <th key={head} scope="col">
            {head}
          </th>
        ))}
        {unnamed && <td />}
      </tr>
    </thead>
  );
}
