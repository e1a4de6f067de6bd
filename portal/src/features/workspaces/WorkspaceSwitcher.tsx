import { Button, Menu, MenuItemLink, MenuList, MenuPopover, MenuTrigger } from "@fluentui/react-components";
import { texts } from "../../lib/texts";
import { outside, workspaceName } from "../../lib/urls";
import { useWorkspaces } from "./queries";

/** Shows which workspace this is, and leads to others. */
export function WorkspaceSwitcher() {
  const { data: workspaces = [] } = useWorkspaces();
  return (
    <Menu>
      <MenuTrigger disableButtonEnhancement>
        <Button
          size="small"
          className="switcher"
          aria-label={`${texts.workspace}: ${workspaceName}`}
          iconPosition="after"
          icon={<span className="caret" aria-hidden="true" />}
        >
          <span className="cut">{workspaceName}</span>
        </Button>
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          {workspaces.map(({ name, group }) => (
            <MenuItemLink
              key={name}
              href={outside.workspace(name)}
              secondaryContent={group}
              aria-current={name === workspaceName ? "true" : undefined}
            >
              {name}
            </MenuItemLink>
          ))}
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}
