import { Tab, TabList } from "@fluentui/react-components";
import { type ReactNode, Suspense, useId } from "react";
import { Loading } from "./Loading";

interface TabsProps<Name extends string> {
  tabs: readonly (readonly [name: Name, label: string])[];
  chosen: Name;
  onChoose: (name: Name) => void;
  children: ReactNode;
}

/** The parts of a page, of which one is shown. */
export function Tabs<Name extends string>({ tabs, chosen, onChoose, children }: TabsProps<Name>) {
  const id = useId();
  return (
    <>
      <TabList className="tabs" selectedValue={chosen} onTabSelect={(_, { value }) => onChoose(value as Name)}>
        {tabs.map(([name, label]) => (
          <Tab key={name} value={name} id={`${id}-${name}`} aria-controls={name === chosen ? id : undefined}>
            {label}
          </Tab>
        ))}
      </TabList>
      <div role="tabpanel" id={id} aria-labelledby={`${id}-${chosen}`}>
        <Suspense fallback={<Loading />}>{children}</Suspense>
      </div>
    </>
  );
}
